import Rollout

extension MemberJobs.Reports {
    /// A dry run that passed counts only where the set would find what it refers to.
    ///
    /// - Parameter references: whether it would. What could not be read, or lacks whatever the revision is, makes the
    ///   target one that does not answer: the run goes on elsewhere, and nothing is written there.
    mutating func weigh(_ references: @autoclosure () -> PreflightReferences.Outcome) {
        guard preflight?.result == .passed else { return }
        switch references() {
        case .resolved: break
        case .pending: preflight?.result = .pending
        case .unread(let failure):
            preflight?.result = .unreachable
            refusals = [failure]
        case .unfit(let failures):
            preflight?.result = .unreachable
            refusals = failures
        case .missing(let failures):
            let first = failures.first.map(String.init(describing:)) ?? ""
            preflight?.result = .refused("it lacks what the revision refers to: \(first)")
            refusals = failures
        }
    }
}
