import Foundation
import Moments
import Testing

struct ZoneTests {
    @Test(arguments: WindowsZones.names)
    func everyWindowsZoneLoads(name: String) {
        #expect(WindowsZones.timeZone(name) != nil)
    }

    @Test func takesNamesInAnyCaseAndIANANames() {
        #expect(WindowsZones.timeZone("w. europe standard time")?.name == "Europe/Berlin")
        #expect(WindowsZones.timeZone("Europe/Berlin")?.name == "Europe/Berlin")
        #expect(WindowsZones.timeZone("utc")?.isUTC == true)
        #expect(WindowsZones.timeZone("UTC-08")?.offset(at: .now) == -8 * 3600)
    }

    @Test(arguments: [
        "Nowhere Standard Time", "", "/etc/passwd", "../../etc/passwd", "Europe/", "Europe", "right/UTC", "zone.tab",
        "Etc/GMT+15", "Etc/GMT+", "Europe//Berlin",
    ])
    func refusesOtherNames(name: String) {
        #expect(WindowsZones.timeZone(name) == nil)
    }

    @Test(arguments: [
        ("W. Europe Standard Time", "2024-07-01T12:00:00Z", "2024-07-01T14:00:00"),
        ("Pacific Standard Time", "2024-07-01T12:00:00Z", "2024-07-01T05:00:00"),
        ("Nepal Standard Time", "2024-06-01T00:00:00Z", "2024-06-01T05:45:00"),
        ("Pacific Standard Time", "2090-07-01T12:00:00Z", "2090-07-01T05:00:00"),
        ("Pacific Standard Time", "2090-12-01T12:00:00Z", "2090-12-01T04:00:00"),
        ("AUS Eastern Standard Time", "2090-01-01T00:00:00Z", "2090-01-01T11:00:00"),
        ("GMT Standard Time", "1969-01-01T00:00:00Z", "1969-01-01T01:00:00"),
    ])
    func showsLocalTime(zone: String, instant: String, local: String) throws {
        let rules = try #require(WindowsZones.timeZone(zone))
        let utc = try #require(Timestamp(iso8601: instant))
        #expect(Timestamp(utc: rules.local(at: utc)).iso8601 == local + ".0000000Z")
    }

    @Test func resolvesGapsAndDoubledHours() throws {
        let zone = try #require(WindowsZones.timeZone("Central Standard Time"))
        let missing = try #require(CivilDateTime(year: 2019, month: 3, day: 10, hour: 2, minute: 30))
        let doubled = try #require(CivilDateTime(year: 2019, month: 11, day: 3, hour: 1, minute: 30))
        let late = try #require(CivilDateTime(year: 2090, month: 3, day: 12, hour: 2, minute: 30))
        #expect(zone.resolve(missing) == .skipped(forward: try instant("2019-03-10T08:30:00Z")))
        #expect(
            zone.resolve(doubled)
                == .doubled(earlier: try instant("2019-11-03T06:30:00Z"), later: try instant("2019-11-03T07:30:00Z"))
        )
        #expect(zone.resolve(late) == .skipped(forward: try instant("2090-03-12T08:30:00Z")))
        #expect(zone.instant(of: doubled) == (try instant("2019-11-03T06:30:00Z")))
    }

    /// Samoa went over the date line: the whole of 2011-12-30 is missing there.
    @Test func resolvesAMissingDay() throws {
        let zone = try #require(WindowsZones.timeZone("Samoa Standard Time"))
        let missing = try #require(CivilDateTime(year: 2011, month: 12, day: 30, hour: 12))
        #expect(zone.resolve(missing) == .skipped(forward: try instant("2011-12-30T22:00:00Z")))
    }

    /// Offsets agree with Foundation's (ICU's own database) wherever both know the same rules.
    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Calcutta", "America/St_Johns",
        "Europe/Dublin",
        "Pacific/Chatham", "America/Caracas", "Asia/Pyongyang", "Europe/London",
    ])
    func agreesWithFoundation(name: String) throws {
        let zone = try #require(ZoneLibrary.zone(named: name))
        let other = try #require(TimeZone(identifier: name))
        var wrong: [String] = []
        // From 1975, every 61 hours, past the end of the file's transitions in 2037.
        var second: Int64 = 157_766_400
        while second < 2_700_000_000 {
            let instant = Timestamp(unixSeconds: second)
            let expected = other.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
            if zone.offset(at: instant) != expected { wrong.append(instant.iso8601) }
            second += 61 * 3600
        }
        #expect(wrong.isEmpty, "\(wrong.count) instants, first \(wrong.first ?? "")")
    }

    /// Every local reading that an instant shows resolves back to that instant.
    @Test(arguments: [
        "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia", "America/Godthab",
    ])
    func resolvesWhatItShows(name: String) throws {
        let zone = try #require(ZoneLibrary.zone(named: name))
        var wrong: [String] = []
        var second: Int64 = 1_000_000_000
        while second < 2_300_000_000 {
            let instant = Timestamp(unixSeconds: second)
            switch zone.resolve(zone.local(at: instant)) {
            case .unique(let found): if found != instant { wrong.append(instant.iso8601) }
            case .doubled(let earlier, let later):
                if instant != earlier && instant != later || !(earlier < later) { wrong.append(instant.iso8601) }
            case .skipped: wrong.append(instant.iso8601)
            }
            second += 7 * 3600 + 13 * 60
        }
        #expect(wrong.isEmpty, "\(wrong.count) instants, first \(wrong.first ?? "")")
    }

    private func instant(_ text: String) throws -> Timestamp { try #require(Timestamp(iso8601: text)) }
}
