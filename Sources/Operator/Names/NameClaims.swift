import AccessPointAPI
import JSONValue
import KubeModel
import KubeRuntime

extension HostStores {
    static func index(hostname: String) -> String { "host:\(hostname)" }

    /// Names under which a NameService is found: its hostnames, and the AccessPoint that it publishes.
    static func indices(ofNameService object: KubeObject) -> [String] {
        let hostnames = (object.spec?["hostnames"]?.arrayValue ?? []).compactMap(\.stringValue)
        let accessPoint = object.spec?.value("targetRef", "name")?.stringValue
        return hostnames.map(index(hostname:))
            + (accessPoint.map { [index(ObjectKey(namespace: object.namespace, name: $0))] } ?? [])
    }

    /// The NameServices that publish an AccessPoint, in the order of their names.
    func nameServices(of accessPoint: ObjectKey) -> [KubeObject] {
        nameServices.list(indexedBy: Self.index(accessPoint))
    }

    /// Who has a hostname that more than one NameService of this host asks for.
    ///
    /// The one that publishes it keeps it; where none does yet, or by some accident several do, the oldest has it.
    /// - Returns: the NameService that has it, if that is another than `object`.
    func holder(of hostname: String, other object: KubeObject) -> ObjectKey? {
        let rivals = nameServices.list(indexedBy: Self.index(hostname: hostname)).filter {
            $0.uid != object.uid && !$0.isBeingDeleted
        }
        let first = ([object] + rivals).min { $0.claim(to: hostname) < $1.claim(to: hostname) }
        return first?.uid == object.uid ? nil : first?.key
    }
}

extension HostStores {
    /// The NameServices, present or asked for, that a change of an AccessPoint may give other records.
    func names(concernedBy change: StoreChange<KubeObject>, of _: AccessPoint.Type) -> [ObjectKey] {
        func shown(_ object: KubeObject?) -> [JSONValue?] {
            let rows = (object?.status?["clusters"]?.arrayValue ?? []).map { row -> JSONValue in
                .array(["name", "region", "availabilityZone", "inService", "addresses"].map { row[$0] ?? .null })
            }
            return [
                object?.json.value("metadata", "uid"), object?.json.value("metadata", "deletionTimestamp"),
                object?.spec?["dns"], .array(rows),
            ]
        }
        let (before, after) = (shown(change.before), shown(change.after))
        guard before != after else { return [] }
        let asks = [change.before, change.after].contains { $0?.spec?["dns"].map { !$0.isNull } ?? false }
        let own = asks || nameServices.get(change.key) != nil ? [change.key] : []
        return own + nameServices(of: change.key).map(\.key)
    }

    /// The NameServices that a change of one of them may give other names or records, itself included.
    func names(concernedBy change: StoreChange<KubeObject>, of _: NameService.Type) -> [ObjectKey] {
        func asked(_ object: KubeObject?) -> [JSONValue?] {
            [
                object?.json.value("metadata", "uid"), object?.json.value("metadata", "deletionTimestamp"),
                object?.json.value("metadata", "labels"), object?.spec,
            ]
        }
        guard asked(change.before) != asked(change.after) else { return [] }
        let hostnames = [change.before, change.after].flatMap {
            ($0?.spec?["hostnames"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
        return [change.key]
            + hostnames.flatMap { nameServices.list(indexedBy: Self.index(hostname: $0)).map(\.key) }
    }
}

extension KubeObject {
    /// The rank of a claim: the least one has the hostname.
    fileprivate func claim(to hostname: String) -> (Int, Timestamp, String) {
        let rows = status?["hostnames"]?.arrayValue ?? []
        let isHeld = rows.contains {
            $0["hostname"]?.stringValue == hostname && $0["reason"]?.stringValue != ReasonCode.hostnameTaken.rawValue
        }
        return (isHeld ? 0 : 1, creationTimestamp ?? .earliest, uid ?? "")
    }
}
