import Engine
import JSONTree
import Outbound
import Testing

struct AccessControlTests {
    @Test(arguments: [
        ("10.1.2.3", true), ("10.2.0.0", false), ("192.0.2.7", true), ("192.0.2.10", false), ("203.0.113.9", true),
        ("203.0.113.8", false), ("2001:db8::5", true), ("2001:db9::5", false), ("::ffff:10.1.0.1", true),
    ])
    func `addresses, networks and ranges are matched`(_ address: String, _ isAllowed: Bool) throws {
        let rules = try AccessControl(properties: [
            "accessControl": [
                "triggers": [
                    "allowedCallerIpAddresses": [
                        ["addressRange": "10.1.0.0/16"], ["addressRange": "192.0.2.1-192.0.2.9"],
                        ["addressRange": "203.0.113.9"], ["addressRange": "2001:db8::/32"],
                    ]
                ], "contents": ["allowedCallerIpAddresses": []],
            ]
        ])
        #expect(rules.allows(IPAddress(address), to: .triggers) == isAllowed)
        #expect(rules.allows(IPAddress(address), to: .contents))
        #expect(rules.allows(IPAddress(address), to: .actions))
        #expect(rules.allows(nil, to: .triggers))
    }

    @Test(arguments: [
        "[]", "{\"triggers\":[]}", "{\"contents\":{\"allowedCallerIpAddresses\":{}}}",
        "{\"contents\":{\"allowedCallerIpAddresses\":[{\"addressRange\":\"10.0.0.0/33\"}]}}",
        "{\"actions\":{\"allowedCallerIpAddresses\":[\"10.0.0.0/8\"]}}",
        "{\"actions\":{\"allowedCallerIpAddresses\":[{\"addressRange\":\"1.2.3.4-x\"}]}}",
        "{\"triggers\":{\"openAuthenticationPolicies\":{\"policies\":[]}}}",
        "{\"triggers\":{\"openAuthenticationPolicies\":{\"policies\":{\"p\":{\"type\":\"X\"}}}}}",
        "{\"triggers\":{\"openAuthenticationPolicies\":{\"policies\":{\"p\":{\"type\":\"AAD\",\"claims\":[]}}}}}",
        "{\"triggers\":{\"openAuthenticationPolicies\":{\"policies\":{\"p\":{\"type\":\"AAD\",\"claims\":[{\"name\":\"iss\"}]}}}}}",
    ])
    func `what cannot be meant is refused`(_ text: String) throws {
        let json = try JSON.parse(text)
        let error = #expect(throws: EngineError.self) { try AccessControl(properties: ["accessControl": json]) }
        #expect(error?.status == 400 && error?.code == "InvalidWorkflowAccessControl")
    }

    @Test func `policies are read`() throws {
        let rules = try AccessControl(properties: [
            "AccessControl": [
                "Triggers": [
                    "sasAuthenticationPolicy": ["state": "disabled"],
                    "openAuthenticationPolicies": [
                        "policies": [
                            "p": ["type": "AAD", "claims": [["name": "iss", "value": "https://x/t/"]]]
                        ]
                    ],
                ]
            ]
        ])
        #expect(rules.policies == [AccessControl.Policy(name: "p", claims: ["iss": "https://x/t/"])])
        #expect(rules.isSignatureDisabled)
        #expect(try !AccessControl(properties: [:]).isSignatureDisabled)
    }
}
