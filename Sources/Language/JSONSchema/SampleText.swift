/// Texts of samples: by format, then by what the name says.
struct SampleText {
    let seed: UInt64
    let instant: (Int64) -> String

    func text(format: String?, name: String) -> String {
        switch format {
        case "date-time", "datetime", "date-no-tz": return time(name)
        case "date": return String(time(name).prefix(10))
        case "time": return "08:30:00"
        case "duration": return "PT1H"
        case "uuid", "guid": return uuid(name)
        case "uri", "url", "uri-reference", "iri": return "https://contoso.example/\(slug(name))"
        case "email": return "adele.vance@contoso.example"
        case "hostname": return "host-\(small(name)).contoso.example"
        case "ipv4": return address(name)
        case "ipv6": return "2001:db8::\(small(name))"
        case "byte", "binary", "base64": return "Y29udG9zbw=="
        case "html": return "<p>\(words(name))</p>"
        default: return named(name)
        }
    }

    /// A text by what the name says.
    private func named(_ name: String) -> String {
        let lower = name.lowercased()
        func ends(_ words: String...) -> Bool { words.contains { lower.hasSuffix($0) } }
        func has(_ words: String...) -> Bool { words.contains { lower.contains($0) } }
        if ends("resourceid", "armid", "azureid") { return resource(name) }
        if lower == "id" || name.hasSuffix("Id") || name.hasSuffix("ID") || ends("_id", "guid", "uuid", "etag") {
            return uuid(name)
        }
        switch Self.instants(name) {
        case .time: return time(name)
        case .date: return String(time(name).prefix(10))
        case nil: break
        }
        if has("email", "upn", "userprincipalname") || lower == "mail" { return "adele.vance@contoso.example" }
        if ends("url", "uri", "link", "href") { return "https://contoso.example/\(slug(name))" }
        if ends("ipaddress", "ip_address", "_ip") || lower == "ip" || lower == "ipv4" { return address(name) }
        if has("sha256") { return digest(name, 64) }
        if has("sha1") { return digest(name, 40) }
        if has("md5") { return digest(name, 32) }
        if has("hostname", "fqdn") || lower == "host" { return "host-\(small(name)).contoso.example" }
        if has("domain") { return "contoso.example" }
        if ends("count", "number", "code") { return String(small(name)) }
        if has("displayname") || lower == "name" { return "Contoso \(small(name))" }
        return words(name)
    }

    /// An instant of the last hours, later for names that say so.
    private func time(_ name: String) -> String {
        let lower = name.lowercased()
        let isFuture = ["expir", "end", "due", "next"].contains { lower.contains($0) }
        let hours = Int64(SampleDigest.of(name, seed) % 20)
        if isFuture { return instant(-86_400 - hours * 3_600) }
        return instant(lower.contains("creat") || lower.contains("start") ? 86_400 : 600 + hours * 180)
    }

    /// What a name says about an instant: that it is one, or a day.
    enum InstantName { case time, date }

    /// Tells names of instants by their words: `dateFirstSeen`, `created_at`, `TimeGenerated`, `endTimeUtc`, `DueDate`.
    static func instants(_ name: String) -> InstantName? {
        let words = NameWords.of(name)
        guard let first = words.first, let last = words.last else { return nil }
        if ["datetime", "timestamp", "utc"].contains(last) || (["at", "on"].contains(last) && words.count > 1) {
            return .time
        }
        if last == "time", words.count > 1 { return words.dropLast().last == "date" || isInstant(words) ? .time : nil }
        if words.count > 1, last == "date" { return .date }
        if first == "date" || (first == "time" && words.count > 1 && last.hasSuffix("ed")) { return .time }
        // Names without any sign between their words.
        let joined = ["datetime", "timestamp", "timeutc", "createdtime", "modifiedtime", "starttime", "endtime"]
        if joined.contains(where: last.hasSuffix) { return .time }
        let others = ["update", "validate", "candidate", "mandate"]
        return last.hasSuffix("date") && !others.contains(where: last.hasSuffix) ? .date : nil
    }

    /// Whether a time of these words is a point in time and no length: not `responseTime`.
    private static func isInstant(_ words: [String]) -> Bool {
        let lengths = ["response", "elapsed", "processing", "run", "wait", "up", "down", "delay", "lead", "life"]
        return !lengths.contains(words[words.count - 2])
    }

    /// The id of a resource of Azure.
    private func resource(_ name: String) -> String {
        "/subscriptions/22222222-3333-4444-5555-666666666666/resourceGroups/contoso-soc/providers/Microsoft.Compute/"
            + "virtualMachines/host-\(small(name))"
    }

    private func uuid(_ name: String) -> String {
        let digits = digest(name, 32)
        func part(_ from: Int, _ to: Int) -> String { String(Array(digits)[from..<to]) }
        return "\(part(0, 8))-\(part(8, 12))-4\(part(13, 16))-8\(part(17, 20))-\(part(20, 32))"
    }

    private func digest(_ name: String, _ count: Int) -> String {
        var text = ""
        var round = 0
        while text.count < count {
            let part = String(SampleDigest.of("\(name)/\(round)", seed), radix: 16)
            text += String(repeating: "0", count: 16 - part.count) + part
            round += 1
        }
        return String(text.prefix(count))
    }

    private func address(_ name: String) -> String { "203.0.113.\(1 + SampleDigest.of(name, seed) % 250)" }

    private func small(_ name: String) -> UInt64 { 1 + SampleDigest.of(name, seed) % 99 }

    private func slug(_ name: String) -> String {
        let letters = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        return "\(String(letters))-\(small(name))"
    }

    /// The name in words: `shortDescription` becomes `Short description 42`.
    private func words(_ name: String) -> String {
        var text = ""
        for character in name {
            if character == "_" || character == "-" || character == "." || character == "@" || character == " " {
                text += text.isEmpty ? "" : " "
            } else if character.isUppercase, let last = text.last, last.isLowercase {
                text += " \(character.lowercased())"
            } else {
                text.append(character)
            }
        }
        guard let first = text.first else { return "Sample \(small(name))" }
        return "\(first.uppercased())\(text.dropFirst()) \(small(name))"
    }

    static func isIdentifier(_ name: String) -> Bool {
        name.lowercased().hasSuffix("id") || name.lowercased() == "number"
    }

    /// Things that would end or undo what was just made are false.
    static func boolean(_ name: String) -> Bool {
        let lower = name.lowercased()
        let bad = [
            "delet", "disab", "clos", "more", "error", "fail", "expired", "truncat", "spam", "revoked", "hidden",
        ]
        return !bad.contains { lower.contains($0) }
    }

    /// `alerts` becomes `alert`.
    static func singular(_ name: String) -> String {
        name.hasSuffix("s") && !name.hasSuffix("ss") && name.count > 3 ? String(name.dropLast()) : name
    }
}
