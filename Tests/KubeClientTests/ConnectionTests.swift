import KubeClient
import KubeModel
import Testing

@Suite("Servers, addresses, proxies, secrets")
struct ConnectionTests {
    @Test(
        "good addresses of servers",
        arguments: [
            ("https://10.0.0.1:6443", "https://10.0.0.1:6443"),
            ("https://API.Example.com", "https://api.example.com:443"),
            ("HTTP://localhost", "http://localhost:80"), ("https://[2001:db8::1]:6443/", "https://[2001:db8::1]:6443"),
            ("https://rancher.example.com/k8s/clusters/c-1/", "https://rancher.example.com:443/k8s/clusters/c-1"),
            ("https://a_b.example//x///y", "https://a_b.example:443/x/y"),
        ])
    func goodServers(text: String, expected: String) throws {
        #expect(try ServerURL(text).description == expected)
    }

    @Test(
        "bad addresses of servers",
        arguments: [
            "", "10.0.0.1:6443", "ftp://a", "file:///etc/passwd", "https://", "https://:443", "https://a:0",
            "https://a:65536",
            "https://a:", "https://a:+1", "https://a:1x", "https://user@a", "https://user:canary@a", "https://a?x=1",
            "https://a#b", "https://a/../b", "https://a/%2e%2E/b", "https://a/./b", "https://a b", "https://a\r\nX: 1",
            "https://a\\@b", "https://[::1", "https://[zz]", "https://[1.2.3.4]", "https://ä.example",
            "https://a/\u{0}",
            "https://127.1", "https://2130706433", "https://0x7f000001", "https://1.2.3.04", "https://1.2.3.4.",
            "https://a.1", "https://a.0x",
            "https://a,b", "https://a%2fb", "https:/a", "https://\(String(repeating: "a", count: 300))",
        ])
    func badServers(text: String) {
        do {
            _ = try ServerURL(text)
            Issue.record("accepted \(text)")
        } catch {
            #expect(!error.description.contains("canary"))
        }
    }

    @Test("an address made of parts has exactly that host", arguments: ["a/b", "a:1", "a@b", "a?b", "", "[::1]"])
    func badParts(host: String) throws {
        #expect(throws: ServerURLError.self) { try ServerURL(scheme: .https, host: host, port: 443) }
        #expect(try ServerURL(scheme: .https, host: "::1", port: 443).origin == "https://[::1]:443")
    }

    @Test(
        "what the operator's own machine and its cloud listen on is refused in every form",
        arguments: [
            "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "168.63.129.16",
            "100.100.100.200", "192.0.0.192", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::", "::1", "fe80::1",
            "febf::1",
            "ff02::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        ])
    func refusedAddresses(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.remote.refusal(of: address) != nil)
        #expect(AddressPolicy.any.refusal(of: address) == nil)
    }

    @Test(
        "ordinary addresses are permitted, private ones too",
        arguments: [
            "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "8.8.8.8", "169.253.0.1", "2001:db8::1", "fd00::1",
            "fec0::1", "::ffff:10.0.0.1",
        ])
    func permittedAddresses(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressPolicy.remote.refusal(of: address) == nil)
        #expect(AddressPolicy.remoteOrLoopback.refusal(of: address) == nil)
        #expect(AddressPolicy.loopbackOnly.refusal(of: address) != nil)
    }

    @Test("the flag for loopback permits loopback and nothing else")
    func loopback() throws {
        for text in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            let address = try #require(IPAddress(text))
            #expect(AddressPolicy.remoteOrLoopback.refusal(of: address) == nil)
            #expect(AddressPolicy.loopbackOnly.refusal(of: address) == nil)
        }
        for text in ["169.254.169.254", "0.0.0.0", "::", "fe80::1"] {
            #expect(AddressPolicy.remoteOrLoopback.refusal(of: try #require(IPAddress(text))) != nil)
        }
    }

    @Test(
        "NO_PROXY takes names, domains, addresses, blocks and ports",
        arguments: [
            ("example.com", "https://example.com", true), ("example.com", "https://api.example.com", true),
            (".example.com", "https://example.com", false), (".example.com", "https://api.example.com", true),
            ("*.example.com", "https://api.example.com", true), ("ample.com", "https://example.com", false),
            ("EXAMPLE.com", "https://example.COM", true), ("example.com:6443", "https://example.com:6443", true),
            ("example.com:6443", "https://example.com", false), ("10.0.0.0/8", "https://10.2.3.4", true),
            ("10.0.0.0/8", "https://11.2.3.4", false), ("0.0.0.0/0", "https://11.2.3.4", true),
            ("10.0.0.1", "https://10.0.0.1", true),
            ("10.0.0.1/33", "https://10.0.0.1", false), ("10.9.9.9/8", "https://10.2.3.4", true),
            ("fd00::/8", "https://[fd12::1]", true),
            ("fd00::/8", "https://[fe12::1]", false),
            ("::/0", "https://[fe12::1]", true), ("::/0", "https://10.0.0.1", false),
            ("2001:db8::1/128", "https://[2001:db8::1]", true),
            ("[2001:db8::1]:443", "https://[2001:db8::1]", true), ("*", "https://anything.test", true),
            (" a.test , example.com ", "https://example.com", true), ("", "https://example.com", false),
            (",,", "https://example.com", false),
        ])
    func noProxy(value: String, server: String, isDirect: Bool) throws {
        let environment = ProxyEnvironment { ["HTTPS_PROXY": "proxy:3128", "NO_PROXY": value][$0] }
        let proxy = environment.proxy(for: try ServerURL(server))
        #expect((proxy == nil) == isDirect)
        #expect(proxy == nil || proxy == Secret("http://proxy:3128"))
    }

    @Test("the proxy goes by the scheme, lower case counts too, ALL_PROXY is the last resort, loopback is direct")
    func proxyChoice() throws {
        let variables = ["https_proxy": "http://s:1", "HTTP_PROXY": "http://p:1", "ALL_PROXY": "socks5h://a:1"]
        let both = ProxyEnvironment { variables[$0] }
        #expect(both.proxy(for: try ServerURL("https://x.test")) == Secret("http://s:1"))
        #expect(both.proxy(for: try ServerURL("http://x.test")) == Secret("http://p:1"))
        for local in ["https://localhost", "https://127.0.0.1", "https://[::1]"] {
            #expect(both.proxy(for: try ServerURL(local)) == nil)
        }
        let all = ProxyEnvironment { $0 == "all_proxy" ? "socks5h://a:1" : nil }
        #expect(all.proxy(for: try ServerURL("https://x.test")) == Secret("socks5h://a:1"))
    }

    @Test("a secret shows itself to nobody, also not inside other values")
    func secrets() {
        let credentials = RequestCredentials(
            bearerToken: Secret("canary-1"), basic: Secret("canary-2"),
            clientCertificate: ClientCertificate(chain: [], key: Secret("canary-3")))
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped, "\(Secret("canary-4"))"] {
            #expect(!text.contains("canary"))
            #expect(!text.contains("99, 97, 110"))
        }
        #expect(Secret("x").reveal() == [0x78])
    }

    @Test(
        "Base64 goes both ways (RFC 4648 section 10)",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
        #expect(Base64.decode(" \n" + encoded + "\r\n") == Array(text.utf8))
    }

    @Test(
        "what is not Base64 is nothing",
        arguments: ["Zg", "Zg=", "Zg===", "Z", "=", "Zm9v=", "Zh==", "Zm9=", "Z-_v", "Zg==Zg==", "ü"])
    func notBase64(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
