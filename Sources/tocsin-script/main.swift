import Glibc

// The confined worker of the room Scripting: reads scripts as frames from standard input, runs each in a fresh
// JavaScript engine, and answers with one frame. It has no other way in or out; the confinement around it (no network,
// no files of the host, no environment) is made by who starts it, and documented there.

Confinement.tighten()
// The engine asks for the bounds of its thread's stack. The C library knows those of the main thread only from /proc,
// which is not there; so that the engine runs on another one.
EngineThread.run {
    guard let channel = Channel.takeStandardStreams() else { return }
    // The first script pays for loading; the memory that the worker holds after it is what limits are counted from.
    let first = "return new Intl.NumberFormat('en').format(Number(1n) + [1].length)"
    _ = Script(code: first, context: "{}", timeLimit: 5).run()
    guard channel.send(Answer.ready) else { return }
    while let request = channel.receive() {
        let script = Script(code: request.code, context: request.context, timeLimit: request.timeLimit)
        guard channel.send(script.run().limited(to: request.resultLimit)) else { break }
    }
}
