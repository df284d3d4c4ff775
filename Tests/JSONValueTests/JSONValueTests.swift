import JSONValue
import Testing

@Suite struct JSONValueTests {
    @Test("a document survives parsing and writing")
    func roundTrip() throws {
        let value = try JSONValue(parsing: #"{"b":[1,2.50,true,null],"a":"x\ny\u00e9"}"#)
        #expect(value.text() == #"{"a":"x\ny\#u{e9}","b":[1,2.50,true,null]}"#)
    }
}
