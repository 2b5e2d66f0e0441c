public import Durable
public import Moments

/// Names of runs and trigger histories (section 18): they sort newest first.
public enum RunNames {
    /// 20 digits that fall with time, 9 of the run's number, `CU` and two digits.
    public static func name(at instant: Timestamp, number: RunNumber) -> String {
        pad(String(Int64.max - instant.ticks), 20) + pad(String((999_999_999 - number.value % 1_000_000_000)), 9)
            + "CU00"
    }

    /// A version of a workflow: 20 digits that fall with time.
    public static func version(at instant: Timestamp) -> String {
        pad(String(Int64.max - instant.ticks), 20)
    }

    private static func pad(_ digits: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
