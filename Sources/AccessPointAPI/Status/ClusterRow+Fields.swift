extension ClusterRow: FieldObject {
    init() { self.init(name: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("name", &name, .text(1...63), .required)
        fields.value("region", &region, .text(max: 63), .implied)
        fields.value("availabilityZone", &availabilityZone, .text(max: 63), .implied)
        fields.choice("phase", &phase, .required)
        fields.value("revision", &revision, .text(max: 63))
        fields.value("updated", &updated, .boolean)
        fields.value("inService", &inService, .boolean)
        fields.value("waitingTime", &waitingTime, .time)
        fields.value("healthyTime", &healthyTime, .time)
        fields.value("acceptedRevision", &acceptedRevision, .text(max: 63))
        fields.value("acceptedReason", &acceptedReason, .text(max: 256))
        fields.value("repairTime", &repairTime, .time)
        fields.objects("addresses", &addresses, .plain(0...AccessPointStatus.Limit.addresses))
        fields.objects("lostAddresses", &lostAddresses, .plain(0...AccessPointStatus.Limit.addresses))
        fields.object("resources", &resources)
        fields.object("certificates", &certificates)
        fields.object("routes", &routes)
        fields.value("reason", &reason, .text(max: 128), .implied)
        fields.value("message", &message, .text(max: 256), .implied)
        fields.value("lastTransitionTime", &lastTransitionTime, .time)
        fields.value("lastSeenTime", &lastSeenTime, .time)
        fields.objects("failedResources", &failedResources, .plain(0...AccessPointStatus.Limit.failedResources))
    }
}

extension TargetAddress: FieldObject {
    init() { self.init(type: .ipAddress, value: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.choice("type", &type, .required)
        fields.value("value", &value, .text(1...253), .required)
        fields.value("service", &service, .text(max: 253), .implied)
    }
}

extension ResourceCounts: FieldObject {
    init() { self.init(total: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("total", &total, .integer(), .implied)
        fields.value("applied", &applied, .integer(), .implied)
        fields.value("ready", &ready, .integer(), .implied)
    }
}

extension CertificateCounts: FieldObject {
    init() { self.init(total: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("total", &total, .integer(), .implied)
        fields.value("ready", &ready, .integer(), .implied)
        fields.value("earliestNotAfter", &earliestNotAfter, .time)
    }
}

extension RouteCounts: FieldObject {
    init() { self.init(total: 0) }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("total", &total, .integer(), .implied)
        fields.value("programmed", &programmed, .integer(), .implied)
    }
}

extension FailedResource: FieldObject {
    init() { self.init(kind: "", name: "", reason: "") }

    mutating func visit<Visitor: FieldVisitor>(_ fields: inout Visitor) {
        fields.value("kind", &kind, .text(max: 63), .required)
        fields.value("name", &name, .text(max: 253), .required)
        fields.value("reason", &reason, .text(max: 128), .required)
        fields.value("message", &message, .text(max: 256), .implied)
    }
}
