import Durable
public import JSONTree
public import Moments
import Playbooks

/// The state of a run: what its events have led to.
public struct RunState: Sendable {
    /// An action inside a frame.
    public struct SlotRef: Sendable, Hashable {
        var frame: Int
        var place: Int
    }

    /// Something that waits to be decided, in order.
    enum Ready: Sendable, Hashable {
        /// All predecessors of an action are final.
        case action(SlotRef)
        /// All actions of a frame are final.
        case frameDone(Int)
        /// A loop has to begin an iteration, or to end.
        case advance(SlotRef)
    }

    /// One action in one frame.
    struct Slot: Sendable {
        var status = ActionStatus.pending
        var unmet: Int32
        var start = Timestamp.min
        var record: ActionRecord?
        var flight: FlightNumber = 0
        var child: Int32 = -1
    }

    /// One instance of a group of siblings: the run itself, a branch, an iteration.
    struct Frame: Sendable {
        var group: Int
        var parent: SlotRef?
        var indexes: [Int]
        var item: JSON?
        var unfinished: Int
        var slots: ContiguousArray<Slot>
    }

    /// A loop under way.
    struct Loop: Sendable {
        var items: [JSON]?
        var limit: Int
        var concurrency: Int
        var deadline: Timestamp?
        var next = 0
        var active = 0
        var isFailed = false
        var lastStatus = ActionStatus.succeeded
        /// For `result()`: the records of each child, by iteration.
        var results: [[ActionRecord?]] = []
        /// Set when an Until's iteration has ended and its condition is to be looked at.
        var awaitsCondition = false
        /// The frame of an Until's last iteration, kept for its condition.
        var lastFrame: Int?
    }

    let header: RunHeader
    let program: WorkflowProgram

    /// How the run stands.
    public internal(set) var status = ActionStatus.pending
    /// When it began to work: for a run that waited, when it was let in.
    public internal(set) var start = Timestamp.min
    /// When it ended.
    public internal(set) var end: Timestamp?
    /// The code of the run.
    public internal(set) var code: String?
    /// The error of the run.
    public internal(set) var error: RunError?
    /// The workflow outputs, once it has ended.
    public internal(set) var outputs: JSON?
    /// What started it.
    public internal(set) var origin = RunOrigin()
    var triggerOutputs: JSON?
    var frames: [Frame?] = []
    var freeFrames: [Int] = []
    /// Frames outside of loops, by group; −1: not open.
    var plainFrames: [Int32]
    /// Frames inside of loops.
    var loopFrames: [FrameKey: Int] = [:]
    var loops: [SlotRef: Loop] = [:]
    var ready: [Ready] = []
    var readyHead = 0
    var flights: [FlightNumber: Flight] = [:]
    var lastFlight: FlightNumber = 0
    var variables: [JSON?]
    var hasResponded = false
    var actionCount = 0
    /// Whether the timer of the run's longest duration is set; derived, so not recorded.
    var hasDurationTimer = false

    struct FrameKey: Sendable, Hashable {
        var group: Int
        var indexes: [Int]
    }

    init(header: RunHeader, program: WorkflowProgram) {
        self.header = header
        self.program = program
        plainFrames = [Int32](repeating: -1, count: program.groups.count)
        variables = [JSON?](repeating: nil, count: program.definition.variables.count)
    }

    /// The final values of the variables, by name.
    public var variableValues: JSON {
        var object = JSONObject()
        for (declaration, value) in zip(program.definition.variables, variables) {
            if let value { object[declaration.name] = value }
        }
        return .object(object)
    }

    /// The run's public name.
    public var runName: String { header.name }

    var clientTrackingID: String { origin.clientTrackingID ?? header.name }

    func node(_ ref: SlotRef) -> ActionNode? {
        guard let frame = frames[ref.frame] else { return nil }
        return program.definition[program.groups[frame.group].children[ref.place]]
    }

    func slot(_ ref: SlotRef) -> Slot? { frames[ref.frame]?.slots[ref.place] }

    var hasReady: Bool { readyHead < ready.count }

    /// The frame of a group seen from a place with these iteration indexes.
    func frame(ofGroup group: Int, indexes: [Int]) -> Int? {
        let depth = program.groups[group].container.map { loopDepth(inside: $0) } ?? 0
        if depth == 0 {
            let frame = plainFrames[group]
            return frame < 0 ? nil : Int(frame)
        }
        guard indexes.count >= depth else { return nil }
        return loopFrames[FrameKey(group: group, indexes: Array(indexes.prefix(depth)))]
    }

    /// How many loops enclose the children of a container.
    func loopDepth(inside container: ActionID) -> Int {
        let node = program.definition[container]
        return node.loops.count + (node.type.isLoop ? 1 : 0)
    }

    /// The slot of an action seen from a place with these iteration indexes; nil when its container is not open.
    ///
    /// From outside of an Until, an action inside of it means that of its last iteration.
    func find(_ action: ActionID, indexes: [Int]) -> SlotRef? {
        if let frame = frame(ofGroup: program.groupOf[action.index], indexes: indexes) {
            return SlotRef(frame: frame, place: program.placeOf[action.index])
        }
        let around = program.definition[action].loops
        guard indexes.count < around.count, program.definition[around[indexes.count]].type == .until,
            let place = find(around[indexes.count], indexes: indexes), let loop = loops[place], loop.next > 0
        else { return nil }
        return find(action, indexes: indexes + [loop.next - 1])
    }
}

/// What started a run.
public struct RunOrigin: Sendable, Hashable {
    /// The trigger's name.
    public var trigger = ""
    /// The trigger's record, with `inputs` and `outputs`.
    public var record = JSON.object(JSONObject())
    /// The client tracking id; nil: the run's name.
    public var clientTrackingID: String?
    /// Until when a caller waits for a Response; nil when nobody waits.
    public var callerWaitsUntil: Timestamp?
    /// Whether the run has to wait for others of its trigger.
    public var isQueued = false

    /// Makes an origin.
    public init(
        trigger: String = "",
        record: JSON = .object(JSONObject()),
        clientTrackingID: String? = nil,
        callerWaitsUntil: Timestamp? = nil,
        isQueued: Bool = false
    ) {
        self.trigger = trigger
        self.record = record
        self.clientTrackingID = clientTrackingID
        self.callerWaitsUntil = callerWaitsUntil
        self.isQueued = isQueued
    }
}
