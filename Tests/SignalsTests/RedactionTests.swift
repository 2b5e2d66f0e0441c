import JSONTree
import Signals
import Testing

struct RedactionTests {
    @Test(arguments: [
        "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "x-api-key", "Ocp-Apim-Subscription-Key",
        "x-functions-key", "X-Amz-Security-Token", "password", "clientSecret", "client_secret", "access_token",
        "sasToken",
        "sig", "connectionString", "primaryKey", "privateKey", "aeg-sas-key", "PASSPHRASE", "sas_url",
    ])
    func knowsNamesOfSecrets(name: String) {
        #expect(Redaction.isSecretName(name))
    }

    @Test(arguments: [
        "Content-Type", "secretName", "tokenEndpoint", "token_type", "expires_in", "keyId", "code", "key", "passed",
        "designation", "name", "run", "status", "secretVersion", "credentialId", "accept", "max_tokens", "$skiptoken",
        "nextPageToken",
    ])
    func leavesOtherNames(name: String) {
        #expect(!Redaction.isSecretName(name))
    }

    @Test(arguments: [
        ("https://h/p?sig=abc&sv=1", "https://h/p?sig=*sanitized*&sv=1"),
        ("https://user:pw@h:8080/p@q", "https://*sanitized*@h:8080/p@q"),
        ("https://h/p?code=x&state=1#access_token=y", "https://h/p?code=*sanitized*&state=1#access_token=*sanitized*"),
        ("https://h/p?s%69g=abc", "https://h/p?s%69g=*sanitized*"),
        ("https://h/p?SIG=abc;token=1", "https://h/p?SIG=*sanitized*;token=*sanitized*"),
        ("https://h/p", "https://h/p"), ("/relative?key=1&x=2", "/relative?key=*sanitized*&x=2"), ("", ""),
        ("https://h/p?sig=&x", "https://h/p?sig=&x"), ("mailto:a@b", "mailto:a@b"),
        ("https://a@b@c/?x=1", "https://*sanitized*@c/?x=1"),
        ("https://h/p?a=1?token=2", "https://h/p?a=1?token=*sanitized*"),
    ])
    func takesSecretsOutOfAddresses(url: String, expected: String) {
        #expect(Redaction.url(url) == expected)
    }

    @Test func takesSecretsOutOfHeaders() {
        let headers = [
            (name: "Authorization", value: "Bearer abc"), (name: "Location", value: "https://h/p?sig=1"),
            (name: "Content-Type", value: "text/plain"),
        ]
        #expect(
            Redaction.headers(headers).map(\.value) == ["*sanitized*", "https://h/p?sig=*sanitized*", "text/plain"]
        )
    }

    @Test func takesSecretsOutOfJSON() {
        let json: JSON = [
            "user": "u", "password": "p", "inner": [["Client-Secret": ["a": 1]], "see https://h/?sig=1"], "token": nil,
            "ssn": 5,
        ]
        let expected: JSON = [
            "user": "u", "password": "*sanitized*",
            "inner": [["Client-Secret": "*sanitized*"], "see https://h/?sig=*sanitized*"],
            "token": nil, "ssn": "*sanitized*",
        ]
        #expect(Redaction.json(json, hiding: ["SSN"]) == expected)
    }

    @Test(arguments: [
        ("failed with Bearer eyJhbGciOiJIUzI1NiJ9.x", "failed with Bearer *sanitized*"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic *sanitized*"),
        ("a basic thing", "a basic thing"), ("GET https://h/p?sig=1 failed", "GET https://h/p?sig=*sanitized* failed"),
        ("plain", "plain"),
    ])
    func takesSecretsOutOfTexts(text: String, expected: String) {
        #expect(Redaction.text(text) == expected)
    }
}
