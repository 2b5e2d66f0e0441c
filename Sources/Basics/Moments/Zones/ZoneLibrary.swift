import Synchronization

/// The time zones of this machine, by IANA name.
///
/// Files of the system's zone database (package `tzdata`) are read on first use and kept. `Etc/UTC` and the fixed
/// `Etc/GMT±n` zones need no file.
public enum ZoneLibrary {
    /// Where the zone database is on this system.
    static let folder = "/usr/share/zoneinfo"

    /// Most names that are kept loaded; the database has about 600.
    static let maximumLoaded = 2_048

    private static let loaded = Mutex<[String: ZoneRules]>([:])

    /// The zone with this IANA name, `Europe/Berlin`; nil if there is none or its file cannot be read.
    public static func zone(named name: String) -> ZoneRules? {
        if let zone = loaded.withLock({ $0[name] }) { return zone }
        guard let zone = load(name) else { return nil }
        keep(zone, as: name)
        return zone
    }

    /// Finds a zone that was kept under this text.
    static func kept(_ text: String) -> ZoneRules? { loaded.withLock { $0[text] } }

    /// Keeps a zone under a text by which it was asked for, as long as there is room.
    static func keep(_ zone: ZoneRules, as text: String) {
        loaded.withLock { if $0.count < maximumLoaded { $0[text] = zone } }
    }

    private static func load(_ name: String) -> ZoneRules? {
        switch name {
        case "UTC", "Etc/UTC", "Etc/UCT", "UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal": return .utc
        default: break
        }
        if name.hasPrefix("Etc/GMT"), let zone = fixed(name) { return zone }
        guard isSafe(name), let bytes = ZoneFile.contents(atPath: "\(folder)/\(name)"),
            let file = ZoneFile(bytes: bytes)
        else { return nil }
        return ZoneRules(name: name, file: file)
    }

    /// `Etc/GMT+5` is five hours *behind* Greenwich.
    private static func fixed(_ name: String) -> ZoneRules? {
        let rest = name.dropFirst("Etc/GMT".count)
        if rest.isEmpty { return ZoneRules(name: name, fixedOffset: 0) }
        guard rest.count <= 3, let sign = rest.first, sign == "+" || sign == "-",
            rest.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }), let hours = Int(rest.dropFirst()), hours <= 14
        else { return nil }
        return ZoneRules(name: name, fixedOffset: (sign == "+" ? -hours : hours) * 3600)
    }

    /// True for a name that cannot lead out of the folder: letters, digits, `_`, `+`, `-` in parts divided by `/`.
    private static func isSafe(_ name: String) -> Bool {
        guard name.utf8.count <= 64, name.utf8.first != 0x2F, !name.hasPrefix("right/"), !name.hasPrefix("posix/")
        else {
            return false
        }
        var previous: UInt8 = 0x2F
        for byte in name.utf8 {
            let isPlain = ByteCursor.isLetter(byte) || ByteCursor.isDigit(byte) || [0x5F, 0x2B, 0x2D].contains(byte)
            guard isPlain || (byte == 0x2F && previous != 0x2F) else { return false }
            previous = byte
        }
        return previous != 0x2F
    }
}
