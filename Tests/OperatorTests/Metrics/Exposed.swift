import Telemetry

/// The lines of a registry's exposition whose metric is one of these, comments left out.
func exposed(_ registry: MetricsRegistry, _ names: String...) -> [String] {
    registry.exposition().split(separator: "\n").map(String.init).filter { line in
        names.contains { line.hasPrefix($0 + "{") || line.hasPrefix($0 + " ") }
    }
}
