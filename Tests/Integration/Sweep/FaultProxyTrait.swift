import Testing

/// Puts the fault proxy before the servers for a whole suite, and takes it away afterwards.
struct FaultProxyTrait: SuiteTrait, TestScoping {
    @concurrent func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let stage = try await SweepStage.prepare()
        do {
            try await SweepStage.$shared.withValue(stage) { try await function() }
        } catch {
            try await stage.dismantle()
            throw error
        }
        try await stage.dismantle()
    }
}

extension Trait where Self == FaultProxyTrait {
    /// The suite's tests find the servers behind the fault proxy, as `SweepStage.current`.
    static var behindFaultProxy: FaultProxyTrait { FaultProxyTrait() }
}

extension SweepStage {
    @TaskLocal fileprivate static var shared: SweepStage?

    static var current: SweepStage {
        get throws {
            guard let shared else { throw StageError("this suite is not behind the fault proxy") }
            return shared
        }
    }
}
