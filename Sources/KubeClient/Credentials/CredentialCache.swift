/// Keeps loaded credentials while they are good and loads them at most once at a time.
///
/// Guarantees: however many callers wait, one load runs; a load that fails leaves credentials that are still good in
/// place; callers that were refused with the same credentials cause one renewal between them.
public actor CredentialCache {
    /// What a load gives.
    public struct Loaded: Sendable {
        /// The credentials.
        public var credentials: RequestCredentials
        /// How long until they should be loaded again; nil if only a refusal is a reason.
        public var freshFor: Duration?
        /// How long they may be used if later loads fail; nil for ever.
        public var goodFor: Duration?

        /// Makes a result.
        public init(_ credentials: RequestCredentials, freshFor: Duration?, goodFor: Duration?) {
            self.credentials = credentials
            self.freshFor = freshFor
            self.goodFor = goodFor
        }
    }

    private typealias Outcome = Result<CredentialGrant, CredentialError>

    /// After a failed load, the time for which what is still good is used without another try.
    private static let retryInterval: Duration = .seconds(5)
    /// After a renewal, the time in which another refusal causes no further one.
    private static let renewalInterval: Duration = .seconds(10)

    private let load: @Sendable () async throws(CredentialError) -> Loaded
    private let now: @Sendable () -> ContinuousClock.Instant
    private var grant: CredentialGrant?
    private var staleAt: ContinuousClock.Instant?
    private var deadAt: ContinuousClock.Instant?
    private var renewedAt: ContinuousClock.Instant?
    private var running: Task<Outcome, Never>?

    /// Makes an empty cache.
    /// - Parameters:
    ///   - now: the monotonic clock.
    ///   - load: gets credentials; must end by itself within a bounded time.
    public init(
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        load: @escaping @Sendable () async throws(CredentialError) -> Loaded
    ) {
        self.load = load
        self.now = now
    }

    func current() async throws(CredentialError) -> CredentialGrant {
        if let grant, isAhead(staleAt), isAhead(deadAt) { return grant }
        let outcome = await loadOnce()
        if case .failure = outcome, let grant, isAhead(deadAt) { return grant }
        return try outcome.get()
    }

    func renewed(after refused: CredentialGrant) async -> CredentialGrant? {
        // While this caller was being refused, another one may have renewed.
        if grant?.generation == refused.generation {
            if running == nil, let renewedAt, now() < renewedAt + Self.renewalInterval { return nil }
            renewedAt = now()
            _ = await loadOnce()
        }
        guard let grant, grant.generation > refused.generation, grant.credentials != refused.credentials else {
            return nil
        }
        return grant
    }

    private func isAhead(_ instant: ContinuousClock.Instant?) -> Bool { instant.map { now() < $0 } ?? true }

    /// Joins the load under way, or starts one.
    private func loadOnce() async -> Outcome {
        if let running { return await running.value }
        let task = Task { await performLoad() }
        running = task
        return await task.value
    }

    private func performLoad() async -> Outcome {
        defer { running = nil }
        do throws(CredentialError) {
            let loaded = try await load()
            let fresh = CredentialGrant(
                credentials: loaded.credentials, generation: (grant?.generation ?? 0) + 1)
            grant = fresh
            staleAt = loaded.freshFor.map { now() + $0 }
            deadAt = loaded.goodFor.map { now() + $0 }
            return .success(fresh)
        } catch {
            staleAt = now() + Self.retryInterval
            return .failure(error)
        }
    }
}
