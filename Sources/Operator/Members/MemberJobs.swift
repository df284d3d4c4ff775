import AccessPointAPI
import KubeClient
import KubeModel
import KubeRuntime
import Rendering
import Rollout
import Synchronization

/// The work that one member does for AccessPoints, and what came of it.
///
/// A reconcile hands work over and goes on; what came of it is a report that the next reconcile reads. Work that is
/// under way is not begun a second time, and newer work for the same AccessPoint ends the older first.
final class MemberJobs: Sendable {
    /// What a member is brought to.
    enum Goal: Sendable {
        /// The objects of a set, and no others of the AccessPoint.
        case set(RenderedSet)
        /// No objects of the AccessPoint.
        case nothing
        /// The objects that are there, no longer marked as ours.
        case released

        fileprivate var isReleasing: Bool {
            guard case .released = self else { return false }
            return true
        }
    }

    /// What is known of the work for one AccessPoint.
    struct Reports: Sendable {
        var preflight: PreflightReport?
        /// Failures of the last dry run, object by object.
        var refusals: [ObjectFailure] = []
        var write: WriteReport?
        /// The failure that the write stands at.
        var failure: ObjectFailure?
    }

    private struct Entry {
        var reports = Reports()
        /// What the last dry run was allowed to take over.
        var tried: RuntimePolicy.ConflictResolution?
        var preflight: Task<Void, Never>?
        var write: Task<Void, Never>?
        var isReleasing = false
    }

    /// Waits between two attempts at a write that may still succeed.
    static let retry = BackoffPolicy(base: .milliseconds(500), cap: .seconds(60), jitter: 0.2)

    private let entries = Mutex<[String: Entry]>([:])
    private let isDraining = Mutex(false)
    private let limit: ConcurrencyLimit
    private let timeline: Timeline
    private let now: @Sendable () -> Timestamp
    private let changed: @Sendable (ObjectKey) -> Void
    private let suspect: @Sendable () -> Void
    private let denied: @Sendable () -> Void

    /// - Parameters:
    ///   - concurrency: pieces of work under way at once.
    ///   - timeline: monotonic time, for the waits between attempts.
    ///   - now: host time.
    ///   - changed: called when a report of an AccessPoint changed.
    ///   - suspect: called when a request got no answer, so that the member is looked at again at once.
    ///   - denied: called when a request was denied, so that it is looked at what the credential may do.
    init(
        concurrency: Int, timeline: Timeline, now: @escaping @Sendable () -> Timestamp,
        changed: @escaping @Sendable (ObjectKey) -> Void, suspect: @escaping @Sendable () -> Void,
        denied: @escaping @Sendable () -> Void = {}
    ) {
        limit = ConcurrencyLimit(concurrency)
        self.timeline = timeline
        self.now = now
        self.changed = changed
        self.suspect = suspect
        self.denied = denied
    }

    /// What is known of the work for an AccessPoint whose policy says this now.
    ///
    /// A dry run under another policy says nothing: a person who has changed it does not wait for the next attempt.
    func reports(of owner: String, under resolution: RuntimePolicy.ConflictResolution) -> Reports {
        guard let entry = entries.withLock({ $0[owner] }) else { return Reports() }
        guard let tried = entry.tried, tried != resolution else { return entry.reports }
        var reports = entry.reports
        (reports.preflight, reports.refusals) = (nil, [])
        return reports
    }

    /// Forgets what a dry run of a revision has found: the cluster may not take now what it took then.
    func forgetDryRun(of revision: RevisionName, for owner: String) {
        entries.withLock { entries in
            guard entries[owner]?.reports.preflight?.revision == revision else { return }
            entries[owner]?.preflight?.cancel()
            entries[owner]?.preflight = nil
            entries[owner]?.reports.preflight = nil
            entries[owner]?.reports.refusals = []
        }
    }

    /// Forgets an AccessPoint that is gone, and ends what is under way for it.
    func forget(_ owner: String) {
        let entry = entries.withLock { $0.removeValue(forKey: owner) }
        entry?.preflight?.cancel()
        entry?.write?.cancel()
    }

    /// Waits for the attempt of each write that is under way, so that its outcome is known; begins no other.
    func drain() async {
        isDraining.withLock { $0 = true }
        let running = entries.withLock { entries in
            entries.values.compactMap { entry -> Task<Void, Never>? in
                entry.preflight?.cancel()
                // A write that waits for its next attempt has nothing under way.
                if entry.reports.write?.outcome != .writing { entry.write?.cancel() }
                return entry.write
            }
        }
        for task in running { await task.value }
    }

    /// Ends everything that is under way.
    func stop() {
        let all = entries.withLock { entries in
            defer { entries = [:] }
            return Array(entries.values)
        }
        for entry in all {
            entry.preflight?.cancel()
            entry.write?.cancel()
        }
    }
}

extension MemberJobs {
    /// Dry-runs a set, unless that is under way.
    func preflight(_ revision: RevisionName, _ set: RenderedSet, for key: ObjectKey, with writer: MemberWriter) {
        entries.withLock { entries in
            var entry = entries[writer.owner] ?? Entry()
            let last = entry.reports.preflight
            let isAgain = last?.revision == revision
            guard !(isAgain && entry.preflight != nil) else { return }
            let attempts = isAgain ? (last?.attempts ?? 0) + 1 : 1
            // While it is looked at again, what was found before stands.
            if !isAgain {
                entry.reports.preflight = PreflightReport(
                    revision: revision, result: .pending, time: now(), attempts: 1)
                entry.reports.refusals = []
            }
            entry.preflight?.cancel()
            entry.preflight = Task { [self] in
                await limit.run {
                    finish(await writer.preflight(set), revision: revision, attempts: attempts, with: writer)
                }
                changed(key)
            }
            entries[writer.owner] = entry
        }
    }

    private func finish(
        _ failures: [ObjectFailure], revision: RevisionName, attempts: Int, with writer: MemberWriter
    ) {
        let refused = failures.filter { !$0.mayPass }
        if refused.contains(where: { $0.reason == .forbidden }) { denied() }
        let result: PreflightReport.Result =
            if let first = refused.first {
                .refused("its dry run is refused: \(first.description)")
            } else if failures.isEmpty {
                .passed
            } else {
                .unreachable
            }
        entries.withLock { entries in
            // Whoever forgets or replaces a dry run ends it under this lock.
            guard !Task.isCancelled, var entry = entries[writer.owner],
                entry.reports.preflight?.revision == revision
            else { return }
            entry.tried = writer.rights.resolution
            entry.reports.preflight = PreflightReport(
                revision: revision, result: result, time: now(), attempts: attempts)
            entry.reports.refusals = refused.isEmpty ? failures : refused
            entry.preflight = nil
            entries[writer.owner] = entry
        }
    }

    /// Brings the member to a set, or to nothing, under one journal entry; repeats what may still succeed.
    ///
    /// - Parameters:
    ///   - stamp: the committed journal entry that allows the write.
    ///   - goal: what shall be there.
    ///   - key: the AccessPoint.
    ///   - writer: what sends the requests.
    func write(_ stamp: WriteStamp, _ goal: Goal, for key: ObjectKey, with writer: MemberWriter) {
        entries.withLock { entries in
            var entry = entries[writer.owner] ?? Entry()
            // The policy of a deletion may change while it is tried again and again.
            let isOther = entry.reports.write.map { $0.stamp != stamp } ?? true
            let isChanged = entry.isReleasing != goal.isReleasing && entry.reports.write?.outcome != .done
            guard isOther || isChanged else { return }
            entry.isReleasing = goal.isReleasing
            let older = entry.write
            older?.cancel()
            entry.reports.write = WriteReport(stamp: stamp, outcome: .writing)
            entry.reports.failure = nil
            entry.write = Task { [self] in
                // Two writes for one target never overlap: the older ends first.
                await older?.value
                await repeated(stamp, key: key, owner: writer.owner) {
                    switch goal {
                    case .set(let set): await writer.apply(set)
                    case .nothing: await writer.removeAll()
                    case .released: await writer.releaseAll()
                    }
                }
            }
            entries[writer.owner] = entry
        }
    }

    private func repeated(
        _ stamp: WriteStamp, key: ObjectKey, owner: String, _ attempt: @Sendable () async -> ObjectFailure?
    ) async {
        var backoff = Backoff(Self.retry)
        var random = SystemRandomNumberGenerator()
        while !Task.isCancelled {
            report(stamp, .writing, nil, key: key, owner: owner)
            let failure = await limit.run { await attempt() }
            guard !Task.isCancelled, !isDraining.withLock({ $0 }) else { return }
            guard let failure else { return report(stamp, .done, nil, key: key, owner: owner) }
            if failure.reason == .forbidden { denied() }
            guard failure.mayPass else {
                return report(stamp, .failed(failure.description), failure, key: key, owner: owner)
            }
            report(stamp, .retrying(failure.description), failure, key: key, owner: owner)
            if failure.reason == .clusterUnreachable || failure.reason == .outcomeUnknown { suspect() }
            let delay = backoff.fail(now: timeline.now, using: &random)
            do { try await timeline.sleep(for: max(delay, failure.retryAfter ?? .zero)) } catch { return }
        }
    }

    private func report(
        _ stamp: WriteStamp, _ outcome: WriteReport.Outcome, _ failure: ObjectFailure?, key: ObjectKey, owner: String
    ) {
        let isNews = entries.withLock { entries in
            guard var entry = entries[owner], let old = entry.reports.write, old.stamp == stamp else { return false }
            let new = WriteReport(stamp: stamp, outcome: outcome)
            entry.reports.write = new
            // While it is tried again, the last failure stays visible.
            if outcome != .writing { entry.reports.failure = failure }
            entries[owner] = entry
            return new != old
        }
        if isNews { changed(key) }
    }
}
