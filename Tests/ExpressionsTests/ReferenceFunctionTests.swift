import Expressions
import JSONTree
import Testing

/// What the workflow knows: names in any case, absent things, forms and parts.
struct ReferenceFunctionTests {
    static let context: JSON = [
        "parameters": ["Limit": 5], "variables": ["Note": nil], "appsettings": ["K": "v"],
        "trigger": [
            "name": "manual",
            "outputs": [
                "headers": ["content-TYPE": "application/x-www-form-urlencoded; charset=utf-8"],
                "body": [
                    "$content-type": "application/x-www-form-urlencoded",
                    "$content": "YT0xJmI9MiZiPTMrNCZjJTIwPSVDMyVBNA==",
                ],
            ],
        ],
        "actions": [
            "Get": ["name": "Get", "outputs": ["statusCode": 200, "Body": [1, 2]]], "Compose": ["outputs": "text"],
            "Skipped": ["name": "Skipped", "status": "Skipped"],
            "Upload": [
                "outputs": [
                    "headers": ["Content-Type": "multipart/form-data; boundary=x"],
                    "body": [
                        "$content-type": "multipart/form-data; boundary=x", "$content": "",
                        "$multipart": [
                            [
                                "headers": ["content-disposition": "form-data; name=\"f\"; filename=\"n\""],
                                "body": "one",
                            ], ["headers": ["Content-Disposition": "form-data; name=f"], "body": "two"],
                        ],
                    ],
                ]
            ],
        ],
        "items": ["Loop": 7], "iterationIndexes": ["Until": 3], "results": ["Scope": [["name": "A"]]],
    ]

    @Test(arguments: [
        Row("@parameters('LIMIT')", 5), Row("@variables('note')", nil), Row("@appsetting('k')", "v"),
        Row("@body('get')", [1, 2]), Row("@actionBody('Get')[1]", 2), Row("@outputs('Compose')", "text"),
        Row("@body('Compose')", nil), Row("@outputs('Skipped')", nil), Row("@body('Skipped')?['x']", nil),
        Row("@actionOutputs('GET').statusCode", 200), Row("@actions('skipped').status", "Skipped"),
        Row("@items('LOOP')", 7), Row("@repeatItems('Loop')", 7), Row("@iterationIndexes('until')", 3),
        Row("@result('scope')[0].name", "A"),
        Row("@trigger()?['outputs']?['headers']?['Content-Type']", "application/x-www-form-urlencoded; charset=utf-8"),
        Row("@triggerFormDataValue('a')", "1"), Row("@triggerFormDataMultiValues('b')", ["2", "3 4"]),
        Row("@triggerFormDataValue('c ')", "ä"), Row("@triggerFormDataValue('z')", nil),
        Row("@triggerFormDataMultiValues('z')", []),
        Row("@formDataMultiValues('Upload', 'f')", ["one", "two"]), Row("@multipartBody('upload', 1)", "two"),
        Row("@body(concat('G', 'et'))", [1, 2]),
    ])
    func values(_ row: Row) throws {
        let value = try evaluated(row.expression, Self.context)
        #expect(value == row.expected, "\(value.text)")
    }

    @Test(arguments: [
        Failing("@parameters('x')", "The workflow parameter 'x' is not found."),
        Failing(
            "@variables('x')",
            "Template language expression cannot be evaluated: the template variable 'x' cannot be found."
        ),
        Failing("@body('x')", "the template action 'x' cannot be found."), Failing("@outputs('x')", "'x'"),
        Failing("@actions('x')", "'x'"), Failing("@items('x')", "'x'"), Failing("@result('x')", "'x'"),
        Failing("@body(add(1, 1))", "expects its parameter to be a string. The provided value is of type 'Integer'."),
        Failing("@body('Skipped')['x']", "property 'x' cannot be selected."),
        Failing("@action()", "The template function 'action' is not expected at this location."),
        Failing("@item()", "The template function 'item' is not expected at this location."),
        Failing("@workflow()", "not expected at this location"), Failing("@listCallbackUrl()", "not expected"),
        Failing("@agentParameters('x')", "not expected"),
        Failing("@trigger()['body']", "property 'body' doesn't exist, available properties are 'name, outputs'"),
        Failing(
            "@triggerFormDataValue('b')",
            "failed to retrieve formdata contents from outputs. There are more than one items matching the field name 'b'."
        ),
        Failing(
            "@formDataValue('Get', 'a')",
            "The output content is not a valid form data content. Supported form data content types are 'multipart/form-data' and 'application/x-www-form-urlencoded' and the provided content type is '<null>'."
        ),
        Failing(
            "@multipartBody('Upload', 2)",
            "The index value '2' exceeds the number of multipart contents '2' in the outputs."
        ), Failing("@multipartBody('Upload', -1)", "The index value '-1'"),
        Failing(
            "@triggerMultipartBody(0)",
            "The supported multipart content type is 'multipart/*' and the provided content type is 'application/x-www-form-urlencoded; charset=utf-8'."
        ),
    ])
    func failures(_ row: Failing) {
        guard let error = failure(row.expression, Self.context) else {
            Issue.record("\(row.expression) did not fail")
            return
        }
        #expect(error.message.contains(row.part), "\(error.message)")
        #expect(error.phase == .run)
    }
}
