import Testing

/// The product on real kube-apiservers, a host and three members, driven by the real kubectl.
///
/// All suites are nested here, so that they run one after the other on one shared fleet.
@Suite(.serialized)
enum Integration {}
