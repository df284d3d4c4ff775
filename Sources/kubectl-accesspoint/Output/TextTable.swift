/// Rows under a head, in columns as wide as their widest text, as kubectl prints them.
struct TextTable {
    private let head: [String]
    private var rows: [[String]] = []

    init(_ head: String...) { self.head = head }

    /// Adds a row; an empty text is written `<none>`.
    mutating func add(_ row: String...) { rows.append(row.map { $0.isEmpty ? "<none>" : $0.onOneLine }) }

    /// Head and rows, each with its line break; nothing behind the last column.
    var text: String {
        let all = [head] + rows
        let widths = head.indices.map { column in all.map { $0[column].unicodeScalars.count }.max() ?? 0 }
        return all.map { row in
            let cells = row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.unicodeScalars.count + 3)
            }
            return cells.joined() + "\n"
        }.joined()
    }
}
