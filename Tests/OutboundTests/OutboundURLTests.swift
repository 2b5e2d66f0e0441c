import Outbound
import Testing

struct OutboundURLTests {
    @Test(arguments: [
        ("https://example.com", "https://example.com/"), ("HTTP://EXAMPLE.com:80/a", "http://example.com/a"),
        ("https://example.com:8443/a?b=c#d", "https://example.com:8443/a?b=c"),
        ("  https://example.com./x ", "https://example.com/x"), ("https://example.com?x=1", "https://example.com/?x=1"),
        (
            "https://example.com/a b?q=T | where x == \"y\"",
            "https://example.com/a%20b?q=T%20%7C%20where%20x%20==%20%22y%22"
        ),
        ("https://example.com/100%?q=50%zz%41", "https://example.com/100%25?q=50%25zz%41"),
        ("https://example.com/ü", "https://example.com/%C3%BC"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://例え.テスト/", "https://xn--r8jz45g.xn--zckzah/"), ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0::1111]:81/", "http://[2606:4700::1111]:81/"),
        ("http://a_b.example/", "http://a_b.example/"),
        ("https://example.com:/", "https://example.com/"),
        (
            "https://example.com/subscriptions/$metadata('a',b)?$filter=x eq 'y'&a=[1]",
            "https://example.com/subscriptions/$metadata('a',b)?$filter=x%20eq%20'y'&a=%5B1%5D"
        ),
    ])
    func `means one thing`(text: String, expected: String) throws {
        #expect(try OutboundURL(text).description == expected)
    }

    @Test(arguments: [
        "", " ", "example.com", "//example.com/", "/path", "ftp://example.com/", "file:///etc/passwd", "gopher://x/",
        "http:example.com", "http:/example.com", "http://", "http:///path", "http://:80/", "http://example.com:0/",
        "http://example.com:65536/", "http://example.com:8a/", "http://exa mple.com/", "http://example.com:80:80/",
        "http://example..com/", "http://.example.com/", "http://[::1/", "http://::1/", "http://[fe80::1%25eth0]/",
        "http://[::1]x/", "http://[1.2.3.4]/", "https://exam\u{0}ple.com/", "https://example.com/a\r\nb",
        "javascript:alert(1)",
        "jar:http://example.com!/", "unix:///var/run/docker.sock", "http+unix://%2Fvar%2Frun/", "data:text/plain,x",
    ])
    func `refuses what is not an http URL`(text: String) {
        #expect(throws: OutboundError.self) { try OutboundURL(text) }
    }

    @Test(arguments: [
        ("http://a.example/b/c/d?q", "e", "http://a.example/b/c/e"),
        ("http://a.example/b/c/d", "/e?x", "http://a.example/e?x"),
        ("http://a.example/b/c/d", "../e", "http://a.example/b/e"),
        ("http://a.example/b/c/d", "../../../e", "http://a.example/e"),
        ("http://a.example/b/c/d?q", "?r", "http://a.example/b/c/d?r"),
        ("http://a.example/b?q", "#f", "http://a.example/b?q"),
        ("https://a.example/b", "//c.example/d", "https://c.example/d"),
        ("http://a.example/b/c/", "./", "http://a.example/b/c/"),
        ("http://a.example:81/b", "https://c.example/", "https://c.example/"),
        ("http://a.example/b/c", "..", "http://a.example/"),
        ("http://a.example/", "x:y", ""), ("http://a.example/", "//127.1/", ""),
        ("http://a.example/", "http://u@b.example/", ""),
    ])
    func `resolves references`(base: String, reference: String, expected: String) throws {
        let url = try OutboundURL(base)
        if expected.isEmpty {
            #expect(throws: OutboundError.self) { try url.resolving(reference) }
        } else {
            #expect(try url.resolving(reference).description == expected)
        }
    }

    @Test func `an error tells no query`() throws {
        #expect(try OutboundURL("https://a.example/b?sig=secret").withoutQuery == "https://a.example/b")
    }
}
