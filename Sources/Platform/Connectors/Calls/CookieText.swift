import JSONTree

/// Parameters that are sent as cookies, all of them in one header.
enum CookieText {
    /// Adds a cookie to those that are there; its value is encoded where cookies cannot hold it.
    static func add(_ name: String, _ value: String, to headers: inout [(name: String, value: String)]) {
        let cookie = "\(name)=\(Percent.encode(value, keeping: "!#$&'()*+/:<=>?@[]^`{|}"))"
        if let index = headers.firstIndex(where: { $0.name.isSame(ignoringCase: "Cookie") }) {
            headers[index].value += "; \(cookie)"
        } else {
            headers.append(("Cookie", cookie))
        }
    }

    /// The value of a cookie, decoded; nil when there is none of the name.
    static func value(_ name: String, in headers: [(name: String, value: String)]) -> String? {
        for header in headers where header.name.isSame(ignoringCase: "Cookie") {
            for pair in header.value.split(separator: ";") {
                let key = pair.prefix { $0 != "=" }
                if String(key).trimmed == name { return Percent.decode(pair.dropFirst(key.count + 1)) }
            }
        }
        return nil
    }
}
