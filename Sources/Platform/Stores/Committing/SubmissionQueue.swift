/// First in, first out, for one lane; a value that its owner guards.
struct SubmissionQueue {
    private var items: [Submission] = []
    private var head = 0

    var count: Int { items.count - head }
    var isEmpty: Bool { head == items.count }

    mutating func append(_ submission: Submission) { items.append(submission) }

    mutating func popFirst() -> Submission? {
        guard head < items.count else { return nil }
        let submission = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: items.capacity <= 4_096)
            head = 0
        } else if head >= 1_024, head * 2 >= items.count {
            items.removeSubrange(0..<head)
            head = 0
        }
        return submission
    }

    /// Takes over everything of another queue, in order.
    mutating func takeAll(of other: inout SubmissionQueue) {
        if isEmpty {
            swap(&self, &other)
        } else {
            items.append(contentsOf: other.items[other.head...])
        }
        other.items.removeAll(keepingCapacity: other.items.capacity <= 4_096)
        other.head = 0
    }
}
