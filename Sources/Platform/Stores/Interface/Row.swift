/// One row of a result; columns are counted from 0.
///
/// ```swift
/// for row in try snapshot.query("SELECT name, size FROM thing WHERE tenant = ?", [.text(tenant)]) {
///     print(try row[0].text, try row[1].optionalInteger ?? 0)
/// }
/// ```
public struct Row: Sendable {
    /// The values of the whole result, row after row: one allocation for all rows.
    let values: [SQLValue]
    let start: Int

    /// How many columns the row has.
    public let count: Int

    init(values: [SQLValue], start: Int, count: Int) {
        self.values = values
        self.start = start
        self.count = count
    }

    /// The column at an index; one that does not exist reads as NULL.
    ///
    /// - Parameter column: The index, from 0.
    public subscript(column: Int) -> Cell {
        guard column >= 0, column < count else { return Cell(value: .null, column: column) }
        return Cell(value: values[start + column], column: column)
    }

    /// One column of a row, read as the type that the caller expects.
    ///
    /// The plain readers throw ``StoreError/Code/wrongType`` for NULL and for another type; the optional ones give nil for NULL.
    public struct Cell: Sendable {
        /// The value as it is.
        public let value: SQLValue
        let column: Int

        /// Whether the column is NULL.
        public var isNull: Bool { if case .null = value { true } else { false } }

        /// The integer of the column.
        public var integer: Int64 {
            get throws(StoreError) {
                guard case .integer(let result) = value else { throw mismatch("an integer") }
                return result
            }
        }

        /// The integer of the column; nil for NULL.
        public var optionalInteger: Int64? {
            get throws(StoreError) { isNull ? nil : try integer }
        }

        /// The truth value of the column: any integer but 0 is true.
        public var flag: Bool {
            get throws(StoreError) { try integer != 0 }
        }

        /// The number of the column; integers are converted.
        public var real: Double {
            get throws(StoreError) {
                switch value {
                case .real(let result): return result
                case .integer(let result): return Double(result)
                default: throw mismatch("a real number")
                }
            }
        }

        /// The number of the column; nil for NULL.
        public var optionalReal: Double? {
            get throws(StoreError) { isNull ? nil : try real }
        }

        /// The text of the column.
        public var text: String {
            get throws(StoreError) {
                guard case .text(let result) = value else { throw mismatch("text") }
                return result
            }
        }

        /// The text of the column; nil for NULL.
        public var optionalText: String? {
            get throws(StoreError) { isNull ? nil : try text }
        }

        /// The bytes of the column; text gives its UTF-8.
        public var blob: [UInt8] {
            get throws(StoreError) {
                switch value {
                case .blob(let result): return result
                case .text(let result): return Array(result.utf8)
                default: throw mismatch("a blob")
                }
            }
        }

        /// The bytes of the column; nil for NULL.
        public var optionalBlob: [UInt8]? {
            get throws(StoreError) { isNull ? nil : try blob }
        }

        private func mismatch(_ expected: String) -> StoreError {
            StoreError(.wrongType, "Column \(column) holds \(value.typeName) where \(expected) is expected.")
        }
    }
}
