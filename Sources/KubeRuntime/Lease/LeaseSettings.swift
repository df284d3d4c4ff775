/// The times of a leader election, checked against each other.
public struct LeaseSettings: Sendable, Hashable {
    /// How long a lease holds after its last renewal, seen by others: whole seconds, 1 s to 10 min.
    public let leaseDuration: Duration
    /// How long the leader goes on without a renewal. What lies between this and the lease is for its work to end.
    public let renewDeadline: Duration
    /// How long the leader waits between renewals, and others between looks.
    public let retryPeriod: Duration

    /// Checks and keeps the times.
    ///
    /// - Throws: ``LeaseSettingsError`` unless lease > renewDeadline > 1.2 * retryPeriod > 0 (client-go).
    public init(
        leaseDuration: Duration = .seconds(15), renewDeadline: Duration = .seconds(10),
        retryPeriod: Duration = .seconds(2)
    ) throws(LeaseSettingsError) {
        guard Self.durations.contains(leaseDuration), leaseDuration.components.attoseconds == 0 else {
            throw LeaseSettingsError("the lease duration must be 1 to 600 whole seconds, not \(leaseDuration)")
        }
        guard renewDeadline < leaseDuration else {
            throw LeaseSettingsError(
                "the renew deadline (\(renewDeadline)) must be shorter than the lease duration (\(leaseDuration))")
        }
        guard retryPeriod > .zero, renewDeadline > retryPeriod * 1.2 else {
            throw LeaseSettingsError(
                "the retry period (\(retryPeriod)) must be above zero and less than the renew deadline"
                    + " (\(renewDeadline)) divided by 1.2")
        }
        self.leaseDuration = leaseDuration
        self.renewDeadline = renewDeadline
        self.retryPeriod = retryPeriod
    }

    /// The longest time for one request: two fit into the renew deadline.
    public var requestTimeout: Duration { renewDeadline / 2 }

    /// The durations that are taken seriously in a lease of others.
    static let durations: ClosedRange<Duration> = .seconds(1) ... .seconds(600)
}

/// Why the times of a leader election cannot be used.
public struct LeaseSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with which time.
    public let description: String

    init(_ description: String) { self.description = description }
}
