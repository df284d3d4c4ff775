import KubeModel
import KubeRuntime

extension EventRecorder {
    /// Says something about an object of the host as an Event.
    func record(_ said: Announcement, on object: KubeObject) {
        record(
            EventNote(
                regarding: EventReference(object), severity: said.isWarning ? .warning : .normal, reason: said.reason,
                action: said.action, note: said.note))
    }
}
