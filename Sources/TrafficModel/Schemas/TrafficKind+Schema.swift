extension TrafficKind {
    /// What the spec of an object of this kind may hold.
    var schema: Message {
        switch self {
        case .service: .service
        case .workloadEntry: .workloadEntry
        case .serviceEntry: .serviceEntry
        case .destinationRule: .destinationRule
        case .sidecar: .sidecar
        case .authorizationPolicy: .authorizationPolicy
        case .peerAuthentication: .peerAuthentication
        case .requestAuthentication: .requestAuthentication
        case .gateway: .gateway
        case .virtualService: .virtualService
        }
    }
}
