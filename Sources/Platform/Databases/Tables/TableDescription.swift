import JSONTree

/// A table or view as the catalogue has it.
struct TableDescription: Sendable, Hashable {
    /// A column.
    struct Column: Sendable, Hashable {
        let name: String
        /// The type as the catalogue names it, in small letters.
        let type: String
        let isNullable: Bool
        let hasDefault: Bool
        /// Whether the database makes its value, so that none can be given.
        let isGenerated: Bool
        /// The type as a cast writes it, quoted; nil where none is needed.
        let cast: String?
    }

    let schema: String
    let name: String
    let isView: Bool
    let columns: [Column]
    /// The columns of the primary key in their order; none when there is no key.
    let key: [Column]

    /// A column by its name, exact or without regard to case.
    ///
    /// - Throws: ``DatabaseFailure`` with 400 when there is none.
    func column(_ name: String) throws -> Column {
        let found = columns.first { $0.name == name } ?? columns.first { $0.name.lowercased() == name.lowercased() }
        if let found { return found }
        throw DatabaseFailure(400, "UnknownColumn", "The table '\(self.name)' has no column '\(name.prefix(200))'.")
    }

    /// The name with its schema, quoted.
    func quoted(_ kind: DatabaseKind) -> String { "\(kind.quoted(schema)).\(kind.quoted(name))" }

    /// The description of the table that an editor shows.
    var json: JSON {
        var properties = JSONObject()
        for column in columns {
            var property: JSONObject = ["title": .string(column.name)]
            let (type, format) = Self.type(column.type)
            property["type"] = .string(type)
            property["format"] = format.map(JSON.string)
            if let place = key.firstIndex(of: column) {
                property["x-ms-keyType"] = "primary"
                property["x-ms-keyOrder"] = .integer(Int64(place + 1))
            }
            property["x-ms-permission"] = column.isGenerated ? "read-only" : "read-write"
            properties[column.name] = .object(property)
        }
        let required = columns.filter { !$0.isNullable && !$0.hasDefault && !$0.isGenerated }.map {
            JSON.string($0.name)
        }
        return [
            "name": .string("[\(schema)].[\(name)]"), "title": .string(name),
            "x-ms-permission": isView ? "read-only" : "read-write",
            "schema": [
                "type": "array",
                "items": ["type": "object", "required": .array(required), "properties": .object(properties)],
            ],
        ]
    }

    private static func type(_ name: String) -> (String, String?) {
        let word = name.prefix { $0 != "(" && $0 != " " }
        switch word {
        case "int", "integer", "smallint", "tinyint", "mediumint", "bigint", "int2", "int4", "int8", "year":
            return ("integer", word == "bigint" || word == "int8" ? "int64" : "int32")
        case "decimal", "numeric", "money", "real", "double", "float", "float4", "float8": return ("number", nil)
        case "bool", "boolean": return ("boolean", nil)
        case "bit": return ("boolean", nil)
        case "timestamp", "timestamptz", "datetime", "datetime2", "datetimeoffset", "smalldatetime":
            return ("string", "date-time")
        case "date": return ("string", "date")
        case "bytea", "binary", "varbinary", "blob", "longblob", "mediumblob", "tinyblob", "image":
            return ("string", "byte")
        case "uuid", "uniqueidentifier": return ("string", "uuid")
        default: return ("string", nil)
        }
    }
}
