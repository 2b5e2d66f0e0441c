/// What Azure says of a call with a wrong number of arguments, by function.
///
/// The first character says how the sentence ends: `s` "The function was invoked with 'n' parameter(s)." with a link, `p` the same
/// with "parameters", `u` without a link, `n` "invoked with no parameters.", `.` nothing more.
enum WrongCountTexts {
    static let byName: [String: String] = {
        var result: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "|", maxSplits: 1)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
        }
        return result
    }()

    private static let text = """
        formdatavalue|uexpects two parameters: the name of the action as the first parameter, the name of the form field as the second parameter.
        formdatamultivalues|uexpects two parameters: the name of the action as the first parameter, the name of the form field as the second parameter.
        multipartbody|uexpects two parameters: the name of the action as the first parameter, the index of the multipart content as the second parameter.
        equals|sexpects two parameters: the values to test for deep equality.
        greater|uexpects two parameter of matching types.
        less|uexpects two parameter of matching types.
        greaterorequals|uexpects two parameter of matching types.
        lessorequals|uexpects two parameter of matching types.
        and|pexpects at least one boolean parameter.
        or|pexpects at least one boolean parameter.
        not|pexpects one parameter: the boolean value to negate.
        if|sexpects three parameter: the condition to test as the first parameter, the value to return if the condition is true as the second parameter, and the value to return if the condition is false as the third parameter.
        coalesce|sexpects at least one parameter: the value to coalesce.
        contains|sexpects two parameters : the collection of items to search within and the object to find within the collection.
        startswith|sexpects two parameters: the string as the first parameter, the value to check as the second parameter.
        endswith|sexpects two parameters: the string as the first parameter, the value to check as the second parameter.
        empty|sexpects one parameter: the object, array or string to test for emptiness.
        bool|pexpects one parameter: the value that is to be converted to a boolean.
        isfloat|sexpects a string to parse as the first parameter, and an optional RFC4646 culture-identifier string as the second parameter.
        isint|sexpects one parameter, a string which may contain an integer.
        concat|nexpects a comma separated list of string and integer parameters.
        substring|sexpects two parameters: the 'string' to take a section from as the first parameter, the 'start index' as the second parameter.
        replace|sexpects three string parameters: the string to replace characters inside of as the first parameter, the string that will be replaced by the new string as the second parameter, and the new string as the third parameter.
        tolower|pexpects one parameter: the string to convert to lower casing.
        toupper|pexpects one parameter: the string to convert to upper casing.
        trim|.must have only one parameter.
        split|sexpects two parameters: the string to split as the first parameter, the separator as the second parameter.
        join|sexpects two parameters: the array of elements to join as the first parameter, and the element separator as the second parameter.
        indexof|sexpects two parameters: the string as the first parameter, the value to find the index of as the second parameter.
        lastindexof|sexpects two parameters: the string as the first parameter, the value to find the last index of as the second parameter.
        nthindexof|sexpects three parameters: the string as the first parameter, the value to find the index of as the second parameter and a number parameter to specify which occurrence of the text to find as the third parameter.
        guid|scan be invoked with no parameters or with an optional format parameter.
        string|pexpects one parameter: the value that is to be converted to a string.
        length|pexpects one parameter: an array or a string the length of which is returned.
        slice|sexpects two parameters, with an optional third parameter. It expects the source string as the first parameter, the start index as a second parameter, and an optional third parameter specifying the end index of the substring.
        chunk|sexpects two parameters: the string to chunk as the first parameter, the chunk length as the second parameter.
        formatnumber|sexpects two parameters, with an optional third parameter. It expects the number to be formatted at the first parameter, a numeric format string as the second parameter, and an optional locale string, which defaults to 'en-us', as the third parameter.
        json|sexpects one parameter: the string or XML to be parsed.
        createarray|nexpects a comma separated list of parameters.
        array|pexpects one parameter: the value that is to be converted to an array.
        first|sexpects one parameter: the array or string of which the first element will be returned.
        last|sexpects one parameter: the array or string of which the last element will be returned.
        skip|sexpects two parameters: the collection to skip the objects from as the first parameter and the count of objects to skip as the second parameter.
        take|sexpects two parameters: the collection to take the objects from as the first parameter and the count of objects to take as the second parameter.
        union|sexpects either a comma separated list of arrays or a comma separated list of objects as its parameters.
        intersection|sexpects either a comma separated list of arrays or a comma separated list of objects as its parameters.
        range|sexpects two integer parameters: an inclusive start index of the range as the first parameter and a count of integers to return as the second parameter.
        sort|sexpects an array as the first parameter and an optional object key as the second parameter.
        reverse|sexpects an array as the first parameter.
        addproperty|uexpects three parameters: the object as the first parameter, the name of the property to add as the second parameter, and the value as the third parameter.
        setproperty|uexpects three parameters: the object as the first parameter, the name of the property to set as the second parameter, and the value as the third parameter.
        removeproperty|uexpects two parameters: the object as the first parameter and the name of the property to remove as the second parameter.
        add|sexpects two numeric parameters: the first summand as the first parameter and the seccond summand as the second parameter.
        sub|sexpects two numeric parameters: the minuend as the first parameter and the subtrahend as the second parameter.
        mul|sexpects two numeric parameters: the first multiplicand as the first parameter and the second multiplicand as the second parameter.
        div|sexpects two numeric parameters: the dividend as the first parameter and the divisor as the second parameter.
        mod|sexpects two numeric parameters: the dividend as the first parameter and the divisor as the second parameter.
        min|nexpects either an array of numbers or a comma separated list of numbers as its parameters.
        max|nexpects either an array of numbers or a comma separated list of numbers as its parameters.
        rand|sexpects two integer parameters: an inclusive minimum of the range as the first parameter and an inclusive maximum of the range as the second parameter.
        int|pexpects one parameter: the value that is to be converted to an integer.
        float|pexpects one parameter: the value that is to be converted to a floating point number.
        decimal|pexpects one parameter: the value that is to be converted to a decimal number.
        utcnow|scan be invoked with no parameters or with an optional format parameter.
        parsedatetime|sexpects a timestamp as the first parameter, an optional locale string as the second parameter, and an optional format string as the third parameter.
        formatdatetime|sexpects a timestamp as the first parameter, an optional format string as the second parameter and an optional locale as the third parameter.
        adddays|sexpects a timestamp as the first parameter, the number of days to add as the second parameter, and an optional format string as the third parameter.
        addhours|sexpects a timestamp as the first parameter, the number of hours to add as the second parameter, and an optional format string as the third parameter.
        addminutes|sexpects a timestamp as the first parameter, the number of minutes to add as the second parameter, and an optional format string as the third parameter.
        addseconds|sexpects a timestamp as the first parameter, the number of seconds to add as the second parameter, and an optional format string as the third parameter.
        addtotime|sexpects a timestamp as the first parameter, an interval as the second parameter, a time unit as the third parameter, and an optional format string as the fourth parameter.
        subtractfromtime|sexpects a timestamp as the first parameter, an interval as the second parameter, a time unit as the third parameter, and an optional format string as the fourth parameter.
        getfuturetime|sexpects an interval as the first parameter, a time unit as the second parameter, and an optional format string as the third parameter.
        getpasttime|sexpects an interval as the first parameter, a time unit as the second parameter, and an optional format string as the third parameter.
        ticks|sexpects a single parameter that is a timestamp.
        dayofmonth|sexpects a single parameter that is a timestamp.
        dayofweek|sexpects a single parameter that is a timestamp.
        dayofyear|sexpects a single parameter that is a timestamp.
        startofday|sexpects a timestamp as the first parameter and an optional format string as the second parameter.
        startofhour|sexpects a timestamp as the first parameter and an optional format string as the second parameter.
        startofmonth|sexpects a timestamp as the first parameter and an optional format string as the second parameter.
        datedifference|uexpects a timestamp as the first parameter and timestamp as the second parameter.
        convertfromutc|sexpects a timestamp as the first parameter, a target time zone as the second parameter, and an optional format string as the third parameter.
        converttoutc|sexpects a timestamp as the first parameter, a source time zone as the second parameter, and an optional format string as the third parameter.
        converttimezone|sexpects a timestamp as the first parameter, a source time zone as the second parameter, a target time zone as the third parameter, and an optional format string as the fourth parameter.
        base64|pexpects one parameter: the string to encode into base64 representation.
        base64tostring|pexpects one parameter: the base64 string to decode.
        decodebase64|pexpects one parameter: the string to decode from base64 representation.
        base64tobinary|pexpects one parameter: the string to decode from base64 representation.
        binary|pexpects one parameter: the value that is to be converted to binary.
        datauri|pexpects one parameter: the value to be converted to a data URI.
        datauritostring|pexpects one parameter: the data URI that is to be converted to string.
        datauritobinary|pexpects one parameter: the data URI that is to be converted to binary.
        decodedatauri|pexpects one parameter: the data URI.
        uricomponent|pexpects at least one parameter: the value to convert to URI component.
        uricomponenttostring|pexpects one parameter: the URI component to convert to binary.
        encodeuricomponent|pexpects at least one parameter: the string to URL encode.
        decodeuricomponent|pexpects one parameter: the string to decode.
        uricomponenttobinary|pexpects one parameter: the URI component to convert to binary.
        xml|sexpects one parameter: the string or object to be converted.
        xpath|sexpects two parameters: an XML object and an XPath expression.
        urihost|.must have only one parameter.
        uripath|.must have only one parameter.
        uripathandquery|.must have only one parameter.
        uriport|.must have only one parameter.
        uriquery|.must have only one parameter.
        urischeme|.must have only one parameter.
        triggerformdatavalue|.must have only one parameter.
        triggerformdatamultivalues|.must have only one parameter.
        triggermultipartbody|.must have only one parameter.
        """
}
