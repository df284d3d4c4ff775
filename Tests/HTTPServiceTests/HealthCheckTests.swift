import Testing

@testable import HTTPService

@Suite("Health in the manner of kube-apiserver")
struct HealthCheckTests {
    private func answer(_ target: String, failing problem: String? = nil) -> HTTPAnswer {
        HTTPRoute.health("/readyz", [HealthCheck("ping") { nil }, HealthCheck("host-caches") { problem }])
            .answer("GET", target)
    }

    @Test("all is well in one word, and line by line for whoever asks")
    func passed() {
        #expect(answer("/readyz") == HTTPAnswer(body: "ok"))
        for query in ["verbose", "verbose=1", "a=b&verbose"] {
            #expect(
                answer("/readyz?\(query)")
                    == HTTPAnswer(body: "[+]ping ok\n[+]host-caches ok\nreadyz check passed\n"))
        }
        #expect(answer("/readyz?verbosely").body == "ok")
        #expect(answer("/readyz/host-caches?verbose").body == "[+]host-caches ok\nreadyz check passed\n")
    }

    @Test("a failure is 500 and tells its reason on one line")
    func failed() {
        let text = "[+]ping ok\n[-]host-caches failed: not [+]ping ok yet\nreadyz check failed\n"
        #expect(answer("/readyz", failing: "not\n[+]ping ok yet") == HTTPAnswer(status: 500, body: text))
        #expect(answer("/readyz/ping", failing: "x").status == 200)
        #expect(answer("/readyz/host-caches", failing: "x").status == 500)
    }

    @Test("what is not there is 404, and what would change something 405")
    func dispatch() {
        for target in ["/", "", "/readyz/", "/READYZ", "/readyz/other", "/readyz%3Fverbose", "readyz", "*"] {
            #expect(answer(target).status == 404, "\(target)")
        }
        let routes = [HTTPRoute("/a") { _ in HTTPAnswer(body: "a") }]
        #expect(routes.answer("HEAD", "/a").status == 200)
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", "CONNECT", "TRACE"] {
            #expect(routes.answer(method, "/a").status == 405, "\(method)")
        }
    }
}
