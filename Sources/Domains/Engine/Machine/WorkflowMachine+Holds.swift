import Durable
import JSONTree
import Moments
import Playbooks

/// Calls that wait for a person: one who signs in again, or resumes containment.
extension WorkflowMachine {
    /// How often a held call asks whether it can go on: every minute.
    static let holdInterval = TimeSpan.minutes(1)

    /// A call waits; what it waits for is recorded.
    func hold(_ number: FlightNumber, _ flight: Flight, _ error: RunError, step: inout Step<WorkflowMachine>) {
        // An open outcome stays open: a look-up that cannot be made says nothing.
        if flight.phase == .lookingUp {
            progress(number, flight, .settling, isResend: flight.isResend, step: &step)
        } else {
            progress(
                number,
                flight,
                .held,
                scratch: [Flight.waitsFor: error.json],
                isResend: flight.isResend,
                step: &step
            )
        }
        step.setTimer(TimerKeys.pause(number), due: step.now + Self.holdInterval)
        limitDuration(step: &step)
    }

    /// A call still waits: nothing is recorded, unless it waits for something else now.
    func stillHeld(_ number: FlightNumber, _ flight: Flight, _ error: RunError, step: inout Step<WorkflowMachine>) {
        guard flight.phase == .held else { return }
        if flight.scratch[Flight.waitsFor]?["code"]?.stringValue != error.code {
            return hold(number, flight, error, step: &step)
        }
        step.setTimer(TimerKeys.pause(number), due: step.now + Self.holdInterval)
    }

    /// A held call goes on with the attempt that it was at.
    func release(
        _ number: FlightNumber,
        _ flight: Flight,
        _ node: ActionNode,
        step: inout Step<WorkflowMachine>
    ) {
        guard flight.phase == .held else { return }
        progress(
            number,
            flight,
            .calling,
            // An open outcome of a former process is as old as it was.
            sent: flight.isResend ? nil : step.now,
            scratch: [Flight.waitsFor: .null],
            isResend: flight.isResend,
            step: &step
        )
        send(number, flight.nextCall(node), step: &step)
    }
}

extension EffectOutcome {
    /// Whether it answers a probe.
    var isOfProbe: Bool {
        switch self {
        case .stillHeld, .released: true
        default: false
        }
    }
}
