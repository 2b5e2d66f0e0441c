import Foundation
import Identity
import Testing

struct RoleTests {
    @Test func `the documentation names every role`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Documentation/tokens-and-roles.md")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        for role in Role.all { #expect(text.contains("`\(role.name)`"), "\(role.name) is not documented") }
    }

    @Test func `names are unique, and what includes a role is a role`() {
        #expect(Set(Role.all.map { $0.name.lowercased() }).count == Role.all.count)
        for role in Role.all {
            for name in role.includedIn { #expect(Role.named(name) != nil) }
            #expect(role.meaning.hasSuffix("."))
        }
    }

    @Test(arguments: [
        ("Logic.Contributor", Role.readWorkflows, true), ("Logic.Operator", .readWorkflows, true),
        ("Logic.Reader", .operateWorkflows, false), ("Logic.Operator", .manageWorkflows, false),
        ("SecurityAlert.ReadWrite.All", .readSecurityAlerts, true),
        ("SecurityAlert.ReadWrite.All", .readSecurityEvents, false), ("", .readMetrics, false),
    ])
    func `a role that writes includes the one that reads`(held: String, asked: Role, expected: Bool) {
        let principal = Principal(
            kind: .app,
            tenant: "t",
            clientID: "c",
            objectID: "o",
            displayName: "d",
            roles: [held]
        )
        #expect(principal.holds(asked) == expected)
    }
}
