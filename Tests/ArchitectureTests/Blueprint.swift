/// The plan of the house, as `Documentation/architecture.md` draws it.
enum Blueprint {
    /// The wings from the ground up, each with its rooms from left to right.
    static let wings: [(name: String, rooms: [String])] = [
        ("Basics", ["JSONTree", "Moments", "XMLTree", "Signals"]),
        ("Language", ["JSONSchema", "Content", "Expressions", "OData", "Templates", "Playbooks"]),
        (
            "Platform",
            [
                "Stores", "Outbound", "Secrets", "Identity", "Serving", "Durable", "Connectors", "Mail", "LDAP",
                "Databases", "Files", "Scripting",
            ]
        ),
        ("Domains", ["Engine", "Alerts", "Incidents"]),
        (
            "Surfaces",
            [
                "Graph", "LogicManagement", "Callbacks", "Answers", "Sentinel", "SOAR", "Messaging", "KeyVault",
                "Tokens",
                "Intake",
                "LogAnalytics", "Console", "Administration",
            ]
        ),
        ("Edge", ["Lab", "Rehearsal", "Gateway"]),
    ]

    /// The wings within which a room may import rooms to its left.
    static let layered: Set = ["Basics", "Language", "Platform"]

    /// System and storage libraries, with the one room that may import each.
    static let owners: [String: String] = [
        "CLibXML2": "XMLTree", "CLibXSLT": "XMLTree", "CSpawn": "Scripting", "CJavaScriptCore": "tocsin-script",
        "GRDB": "Stores", "CLibLDAP": "LDAP", "CODBC": "Databases",
    ]

    /// Programs import any room, but for the script worker, which links nothing of ours.
    static let programs: Set = ["tocsin", "tocsin-script"]

    /// Swift files that may be longer than 400 lines, each with its reason.
    static let longFiles: [String: String] = [
        "Tests/PlaybooksTests/BrokenInputTests.swift": "data: a table of broken inputs with their errors"
    ]

    /// Whether a room may import a module; modules that are no rooms of ours are judged by `owners` alone.
    static func mayImport(_ module: String, from room: String) -> Bool {
        if let owner = owners[module] { return owner == room }
        guard let target = place(of: module) else { return true }
        if room == "tocsin-script" { return false }
        guard let own = place(of: room) else { return programs.contains(room) }
        if target.wing != own.wing { return target.wing < own.wing }
        return layered.contains(wings[own.wing].name) && target.room < own.room
    }

    /// Where a room is: its wing and its place in it, counted from the ground and from the left.
    static func place(of room: String) -> (wing: Int, room: Int)? {
        for (index, wing) in wings.enumerated() {
            if let place = wing.rooms.firstIndex(of: room) { return (index, place) }
        }
        return nil
    }
}
