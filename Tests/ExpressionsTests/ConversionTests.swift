import Expressions
import JSONTree
import Testing

/// Text, JSON, base64, data URIs, addresses and XML.
struct ConversionTests {
    @Test(arguments: [
        Row("@string(null)", ""), Row("@string(createArray('ä', null, true, 1.0))", "[\"ä\",null,true,1.0]"),
        Row("@string(json('{\"b\": 1, \"a\": [ ]}'))", "{\"b\":1,\"a\":[]}"),
        Row("@json('{a: ''x'', /* c */ b: [1,],}')", ["a": "x", "b": [1]]), Row("@json('1.0')", 1.0),
        Row("@json('1')", 1), Row("@json('\"2024-01-01T00:00:00Z\"')", "2024-01-01T00:00:00Z"),
        Row("@json('null')", nil), Row("@json(base64ToBinary(base64('{\"a\":1}')))", ["a": 1]),
        Row("@json(json('{\"$content-type\":\"application/xml\",\"$content\":\"PGE+MTwvYT4=\"}'))", ["a": "1"]),
        Row("@base64('ä')", "w6Q="), Row("@base64(createArray(1))", "WzFd"), Row("@base64(5)", "NQ=="),
        Row("@base64ToString('aG k=\n')", "hi"), Row("@base64ToString('')", ""),
        Row("@base64ToString('/w==')", "\u{FFFD}"),
        Row("@binary(5)", ["$content-type": "application/octet-stream", "$content": "NQ=="]),
        Row("@dataUri(binary('hi'))", "data:application/octet-stream;base64,aGk="),
        Row("@dataUriToString('data:,a%20b%C3%A4')", "a bä"),
        Row("@dataUriToString('DATA:text/plain;BASE64,aGk=')", "hi"),
        Row("@dataUriToString('data:text/plain;charset=iso-8859-1;base64,5A==')", "ä"),
        Row(
            "@dataUriToBinary('data:text/plain;charset=utf-8,x')",
            ["$content-type": "text/plain;charset=utf-8", "$content": "eA=="]
        ),
        Row("@decodeDataUri('data:application/json;base64,eyJhIjoxfQ==')", ["a": 1]),
        Row(
            "@decodeDataUri('data:image/png;base64,aGk=')",
            ["$content-type": "image/png;charset=us-ascii", "$content": "aGk="]
        ),
        Row("@uriComponent('ä -_.~!*''()')", "%C3%A4%20-_.~%21%2A%27%28%29"),
        Row("@uriComponent('a b', 1, true, null)", "a%20b1True"), Row("@uriComponentToString('a+b%2')", "a b%2"),
        Row("@decodeUriComponent('a+%C3%A4%FF%41')", "a+ä%FFA"),
        Row("@uriComponentToBinary('a%20b')", ["$content-type": "application/octet-stream", "$content": "YSBi"]),
        Row("@uriHost('https://user:pw@EXAMPLE.com:8443/x')", "example.com"),
        Row("@uriHost('http://[::1]:80/')", "[::1]"), Row("@uriPort('ftp://x/')", 21),
        Row("@uriPort('custom://x/')", -1),
        Row("@uriPath('http://x')", "/"), Row("@uriPath('http://x/a b/../c')", "/c"),
        Row("@uriPathAndQuery('http://x/a?q=ä#f')", "/a?q=%C3%A4"), Row("@uriQuery('http://x/a#?b')", ""),
        Row("@uriScheme('HTTPS://x')", "https"), Row("@uriQuery('http://x?a=b')", "?a=b"),
    ])
    func values(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing(
            "@json('{bad')",
            "The template language function 'json' parameter is not valid. The provided value '{bad' cannot be parsed: '"
        ), Failing("@json('')", "cannot be parsed"),
        Failing("@json(null)", "expects its parameter to be a string or an XML. The provided value is of type 'Null'."),
        Failing("@base64ToString('a')", "cannot be decoded from base64 representation."),
        Failing("@base64ToString('a===')", "base64"), Failing("@base64ToString('ab=c')", "base64"),
        Failing("@base64ToString(null)", "expects its parameter to be a string. The provided value is of type 'Null'."),
        Failing("@binary(null)", "The value cannot be converted to the target type."),
        Failing(
            "@dataUriToString('data:x')",
            "expects its parameter to be formatted as a valid data URI. The provided value 'data:x' was not formatted correctly."
        ),
        Failing("@dataUriToString('data:;base64,%%%')", "valid data URI"),
        Failing("@uriHost('/relative')", "absolute URI"), Failing("@uriHost('http://')", "absolute URI"),
        Failing("@uriPort('http://x:99999/')", "absolute URI"), Failing("@uriHost('http://a b/')", "absolute URI"),
        Failing("@uriHost(5)", "expects its parameter to be a string"),
        Failing("@concat(json('{\"$content-type\":\"a\",\"$content\":\"*\"}'))", "base64"),
    ])
    func failures(_ row: Failing) { row.check() }

    @Test(arguments: [
        Row("@string(xml('<?xml version=\"1.0\"?><a><b/></a>'))", "<?xml version=\"1.0\"?><a><b /></a>"),
        Row("@xml('<a>1</a>')", ["$content-type": "application/xml;charset=utf-8", "$content": "PGE+MTwvYT4="]),
        Row("@json(xml('<a x=\"1\"><b>1</b><b>2</b><c/></a>'))", ["a": ["@x": "1", "b": ["1", "2"], "c": nil]]),
        Row("@string(xml(json('{\"a\":{\"b\":[1,true]}}')))", "<a><b>1</b><b>true</b></a>"),
        Row("@xpath(xml('<a><b>1</b><b>2</b></a>'), 'count(//b)')", 2),
        Row("@xpath('<a><b>1.5</b></a>', 'sum(//b)')", 1.5), Row("@xpath('<a/>', '1 div 0')", "Infinity"),
        Row("@xpath('<a b=\"x\"/>', '/a/@b')", ["x"]),
        Row("@xpath('<a/>', '//q')", []), Row("@xpath('<a/>', 'boolean(/a)')", true),
        Row("@xpath(binary('<a>t</a>'), 'string(/a)')", "t"), Row("@empty(xml('<a/>'))", false),
        Row("@createArray(xml('<a/>'))[0]['$content-type']", "application/xml;charset=utf-8"),
        Row("@xml('<a/>')['$content']", "PGEgLz4="), Row("@equals(xml('<a/>'), xml('<a />'))", true),
        Row("@base64(xml('<a/>'))", "PGEgLz4="), Row("@string(xml(xml('<a/>')))", "<a />"),
    ])
    func xml(_ row: Row) throws { try row.check() }

    @Test(arguments: [
        Failing(
            "@xml('x')",
            "The template language function 'xml' parameter is not valid. The provided value cannot be converted to XML: 'Data at the root level is invalid. Line 1, position 1.'."
        ),
        Failing("@xml(null)", "of type 'Null'"), Failing("@xml(json('{}'))", "cannot be converted to XML"),
        Failing("@xpath('<a/>', '///')", "XPath expression"), Failing("@xpath('<a/>', 5)", "second parameter"),
        Failing("@xpath(5, '/a')", "to be an XML object"), Failing("@length(xml('<a/>'))", "of type 'Object'"),
        Failing(
            "@xml('<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>')",
            "cannot be converted to XML"
        ),
    ])
    func xmlFailures(_ row: Failing) { row.check() }
}
