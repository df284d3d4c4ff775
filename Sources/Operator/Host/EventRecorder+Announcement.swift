import KubeModel
import KubeRuntime

extension EventRecorder {
    /// Says something about an object of the host as an Event.
    func record(_ said: Announcement, on object: KubeObject) {
        var note = EventNote(
            regarding: EventReference(object), severity: said.isWarning ? .warning : .normal, reason: said.reason,
            action: said.action, note: said.note)
        note.variant = said.variant
        record(note)
    }
}
