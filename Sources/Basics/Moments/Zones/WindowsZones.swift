/// Time zones by the names that workflow definitions use: those of Windows, `W. Europe Standard Time`.
///
/// Windows names are compared without regard to case; IANA names (`Europe/Berlin`) are taken too. The mapping is that of
/// Unicode CLDR (workflow definition language, appendix A).
public enum WindowsZones {
    /// The rules of the zone with this Windows or IANA name; nil if there is none.
    public static func timeZone(_ name: String) -> ZoneRules? {
        if let zone = ZoneLibrary.kept(name) { return zone }
        guard let zone = ianaName(of: name).flatMap(ZoneLibrary.zone(named:)) ?? ZoneLibrary.zone(named: name) else {
            return nil
        }
        ZoneLibrary.keep(zone, as: name)
        return zone
    }

    /// The IANA name for a Windows name; nil if Windows has no such zone.
    public static func ianaName(of windowsName: String) -> String? {
        byLowercasedName[windowsName.lowercased()]
    }

    /// All Windows names, sorted.
    public static var names: [String] { WindowsZoneTable.rows.map(\.windows) }

    private static let byLowercasedName: [String: String] = Dictionary(
        WindowsZoneTable.rows.map { ($0.windows.lowercased(), $0.iana) },
        uniquingKeysWith: { first, _ in first }
    )
}
