import Expressions
import Testing

/// The table of functions: what the validator and help are made from.
struct FunctionLibraryTests {
    /// Every function of the language, with the numbers of arguments it takes (workflow definition language, section 4.8).
    static let arities: [(ClosedRange<Int>, String)] = [
        (0...0, "trigger triggerBody triggerOutputs workflow listCallbackUrl item action"),
        (0...1, "guid utcNow repeatItems"),
        (1...Int.max, "and or coalesce concat createArray min max uriComponent encodeUriComponent"),
        (2...Int.max, "equals union intersection"),
        (
            2...2,
            "contains startsWith endsWith split join indexOf lastIndexOf chunk skip take range add sub mul div mod rand dateDifference removeProperty xpath formDataValue formDataMultiValues multipartBody greater greaterOrEquals less lessOrEquals mergeObjects"
        ),
        (3...3, "if replace nthIndexOf addProperty setProperty"),
        (1...2, "sort float isFloat startOfDay startOfHour startOfMonth"),
        (
            2...3,
            "substring slice formatNumber addDays addHours addMinutes addSeconds getFutureTime getPastTime convertFromUtc convertToUtc"
        ),
        (3...4, "addToTime subtractFromTime convertTimeZone"), (1...3, "formatDateTime parseDateTime formatTimeSpan"),
        (
            1...1,
            "toLower toUpper trim length isInt encodeXmlValue decodeXmlValue encodeXmlName decodeXmlName trimByteOrderMark utf8Length utf16Length empty first last reverse array not string int decimal bool json xml base64 base64ToString decodeBase64 base64ToBinary binary dataUri dataUriToString decodeDataUri dataUriToBinary uriComponentToString decodeUriComponent uriComponentToBinary uriHost uriPath uriPathAndQuery uriPort uriQuery uriScheme triggerFormDataValue triggerFormDataMultiValues triggerMultipartBody dayOfWeek dayOfMonth dayOfYear ticks parameters variables actions body outputs actionBody actionOutputs items iterationIndexes result appsetting agentParameters"
        ),
    ]

    @Test func everyFunctionIsThereWithItsArguments() throws {
        var count = 0
        for (arity, names) in Self.arities {
            for name in names.split(separator: " ") {
                let function = try #require(FunctionLibrary.function(named: name.uppercased()), "\(name)")
                #expect(function.name == String(name))
                // formatTimeSpan's format may be left out, agents apart all others are as documented.
                #expect(function.arity == arity, "\(name)")
                count += 1
            }
        }
        #expect(count == FunctionLibrary.all.count)
    }

    @Test func everyFunctionIsDocumented() {
        #expect(Set(FunctionLibrary.all.map { $0.name.lowercased() }).count == FunctionLibrary.all.count)
        for function in FunctionLibrary.all {
            #expect(function.summary.hasSuffix(".") && function.summary.count > 10, "\(function.name)")
            #expect(function.signature.hasPrefix(function.name + "("))
        }
        #expect(FunctionLibrary.function(named: "substring")?.signature == "substring(text, start, length?)")
        #expect(FunctionLibrary.function(named: "nothing") == nil)
    }
}
