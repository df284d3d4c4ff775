/// Keeps loaded credentials while they are good and loads them at most once at a time.
///
/// Guarantees: however many callers wait, one load runs; a load that fails leaves credentials that are still good in
/// place; callers that were refused with the same credentials cause one renewal between them.
public actor CredentialCache {
    /// What a load gives.
    public struct Loaded: Sendable {
        /// The credentials.
        public var credentials: RequestCredentials
        /// How long until they should be loaded again; nil if they are good until refused.
        public var freshFor: Duration?
        /// Whether they may be used further when the next load fails (a file), or are dead by then (an expiry).
        public var outlivesFailure: Bool

        /// Makes a result.
        public init(_ credentials: RequestCredentials, freshFor: Duration?, outlivesFailure: Bool) {
            self.credentials = credentials
            self.freshFor = freshFor
            self.outlivesFailure = outlivesFailure
        }
    }

    private typealias Outcome = Result<CredentialGrant, CredentialError>

    private let load: @Sendable () async throws(CredentialError) -> Loaded
    private let now: @Sendable () -> ContinuousClock.Instant
    private let renewalInterval: Duration
    private var grant: CredentialGrant?
    private var last: Loaded?
    private var staleAt: ContinuousClock.Instant?
    private var renewedAt: ContinuousClock.Instant?
    private var generation = 0
    private var running: Task<Outcome, Never>?

    /// Makes an empty cache.
    /// - Parameters:
    ///   - renewalInterval: after a renewal, the time in which another refusal causes no further one.
    ///   - now: the monotonic clock.
    ///   - load: gets credentials; must end by itself within a bounded time.
    public init(
        renewalInterval: Duration = .seconds(10),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        load: @escaping @Sendable () async throws(CredentialError) -> Loaded
    ) {
        self.load = load
        self.now = now
        self.renewalInterval = renewalInterval
    }

    func current() async throws(CredentialError) -> CredentialGrant {
        if let grant, staleAt.map({ now() < $0 }) ?? true { return grant }
        let outcome = await loadOnce()
        if case .failure = outcome, let grant, last?.outlivesFailure == true { return grant }
        return try outcome.get()
    }

    func renewed(after refused: CredentialGrant) async -> CredentialGrant? {
        if let grant, grant.generation > refused.generation { return grant }
        if let renewedAt, now() < renewedAt + renewalInterval, running == nil { return nil }
        renewedAt = now()
        guard case .success(let fresh) = await loadOnce(), fresh.generation > refused.generation else { return nil }
        return fresh
    }

    /// Joins the load under way, or starts one.
    private func loadOnce() async -> Outcome {
        if let running { return await running.value }
        let task = Task { await performLoad() }
        running = task
        return await task.value
    }

    private func performLoad() async -> Outcome {
        let outcome: Outcome
        do throws(CredentialError) {
            let loaded = try await load()
            generation += 1
            let fresh = CredentialGrant(credentials: loaded.credentials, generation: generation)
            grant = fresh
            last = loaded
            staleAt = loaded.freshFor.map { now() + $0 }
            outcome = .success(fresh)
        } catch {
            // What is still good is tried again soon, not at every request.
            if last?.outlivesFailure == true { staleAt = now() + .seconds(5) }
            outcome = .failure(error)
        }
        running = nil
        return outcome
    }
}
