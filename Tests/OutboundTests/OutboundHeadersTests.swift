import Outbound
import Testing

struct OutboundHeadersTests {
    @Test func `names are matched without regard to case`() {
        var headers: OutboundHeaders = ["Content-Type": "text/plain", "X-A": "1", "x-a": "2"]
        #expect(headers["content-type"] == "text/plain")
        #expect(headers.values("X-a") == ["1", "2"])
        #expect(headers.joined("x-A") == "1, 2")
        headers["x-a"] = "3"
        #expect(headers.map(\.name) == ["Content-Type", "X-A"])
        headers["X-A"] = nil
        #expect(!headers.contains("x-a"))
        #expect(headers == ["content-type": "text/plain"])
        #expect(headers.hashValue == (["CONTENT-TYPE": "text/plain"] as OutboundHeaders).hashValue)
    }
}
