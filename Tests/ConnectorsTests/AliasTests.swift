import Connectors
import Testing

/// Other names by which playbooks call connectors.
struct AliasTests {
    @Test(arguments: ["microsoftsentinel", "MicrosoftSentinel", "azuresentinel-1", "sentinel"])
    func `an alias gives the connector it stands for`(
        _ name: String
    ) throws {
        #expect(try Fixtures.registry().connector(name)?.name == "azuresentinel")
    }

    @Test func `aliases are not listed as connectors`() {
        #expect(!Fixtures.registry().names.contains("microsoftsentinel"))
        #expect(!Fixtures.registry().names.contains("aliases.json"))
    }
}
