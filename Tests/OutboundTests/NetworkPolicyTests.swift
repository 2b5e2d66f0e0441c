import Outbound
import Testing

struct NetworkPolicyTests {
    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
        "169.254.1.1",
        "169.254.169.254", "168.63.129.16", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.88.99.1",
        "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::10.0.0.1",
        "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1",
        "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1", "ff02::1", "4000::1", "8000::1",
    ])
    func `only the public internet is open by default`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(NetworkPolicy.publicInternet.refusal(of: address) != nil)
    }

    @Test(arguments: ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"])
    func `public addresses are open`(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(NetworkPolicy.publicInternet.refusal(of: address) == nil)
    }

    @Test(arguments: [
        (["10.0.0.0/8"], "10.1.2.3", true), (["10.0.0.0/8"], "::ffff:10.1.2.3", false),
        (["10.0.0.0/8", "::ffff:0:0/96"], "::ffff:10.1.2.3", true), (["::ffff:0:0/96"], "::ffff:10.1.2.3", false),
        (["64:ff9b::/96"], "64:ff9b::8.8.8.8", true), (["64:ff9b::/96"], "64:ff9b::192.168.0.1", false),
        (["169.254.0.0/16"], "169.254.7.7", true), (["169.254.0.0/16"], "169.254.169.254", false),
        (["169.254.169.254/32"], "169.254.169.254", true), (["0.0.0.0/0", "::/0"], "169.254.169.254", false),
        (["2002::/16"], "2002:7f00:1::1", false), (["2001::/32"], "2001::f5ff:fffe", false),
    ])
    func `allowed networks open what they name and no more`(allowed: [String], text: String, open: Bool) throws {
        let address = try #require(IPAddress(text))
        let policy = NetworkPolicy(allowing: allowed.compactMap { Network($0) })
        #expect((policy.refusal(of: address) == nil) == open)
    }

    @Test func `a denied network stays closed`() throws {
        let address = try #require(IPAddress("10.1.2.3"))
        let all = try #require(Network("10.0.0.0/8"))
        let part = try #require(Network("10.1.0.0/16"))
        #expect(NetworkPolicy(allowing: [all], denying: [part]).refusal(of: address) != nil)
        #expect(NetworkPolicy(allowing: [all]).union(NetworkPolicy(denying: [part])).refusal(of: address) != nil)
    }
}
