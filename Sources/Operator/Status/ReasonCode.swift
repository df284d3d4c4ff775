/// Every reason that a condition, a row of status, a MemberCluster or an Event gives; a closed list.
///
/// Its meaning and remedy for people are in docs/reasons.md, which lists exactly these. A name, once given, keeps its
/// meaning: alerts and scripts rest on it.
public enum ReasonCode: String, Sendable, Hashable, CaseIterable {
    // MARK: Rollout
    /// Every target runs the wanted revision and is in service.
    case targetsReady = "TargetsReady"
    /// The spec is valid, and every target that answers has taken it in a dry run and has what it refers to.
    case accepted = "Accepted"
    /// The spec is being tried on the targets; none of them is touched.
    case dryRunPending = "DryRunPending"
    /// Every target has the wanted revision.
    case rolloutCompleted = "RolloutCompleted"
    /// Targets are being changed, step by step.
    case rolloutProgressing = "RolloutProgressing"
    /// Nothing new begins; the condition Paused says why.
    case rolloutPaused = "RolloutPaused"
    /// Targets go back to the stable revision.
    case rollingBack = "RollingBack"
    /// A person has aborted the revision; the targets are back at the stable one.
    case rolloutAborted = "RolloutAborted"
    /// Too many targets failed, and `failurePolicy: Rollback` has taken the targets back to the stable revision.
    case rolledBack = "RolledBack"
    /// Nothing has been rolled out yet.
    case notRolledOut = "NotRolledOut"
    /// Nothing holds the rollout.
    case notPaused = "NotPaused"
    /// `spec.policy.rollout.paused` is true.
    case userPaused = "UserPaused"
    /// The present spec is not accepted, or cannot be placed, and the revision before it goes no further.
    case specNotAccepted = "SpecNotAccepted"
    /// A target has refused the dry run of an object, or lacks what one refers to; no target is written, or no further one.
    case preflightRefused = "PreflightRefused"
    /// A target has refused a write, or its removal.
    case targetFailed = "TargetFailed"
    /// More targets of a step have failed than `maxFailures`.
    case failuresExceeded = "FailuresExceeded"
    /// A target has been without good evidence for longer than `progressDeadlineSeconds`.
    case deadlineExceeded = "DeadlineExceeded"
    /// The revision is more than twice as large as the stable one, and a person must agree before anything is touched.
    case growthGate = "GrowthGate"
    /// The canary is done, and a person must look before anything else is touched.
    case canaryGate = "CanaryGate"
    /// A wave is done, and a person must look before the next one.
    case waveGate = "WaveGate"
    /// Targets that have left the placement are to lose their objects, and a person must agree.
    case removeGate = "RemoveGate"
    /// The AccessPoint is being deleted; its objects are taken out of the targets one by one.
    case deleting = "Deleting"
    /// The rollout that is stored in the status cannot be read; nothing is written on a guess.
    case statusUnreadable = "StatusUnreadable"
    /// The target has left the placement; it keeps its objects until the step `remove`.
    case left = "Left"
    /// A person has let the rollout go on past this target although its state could not be told.
    case passedOver = "PassedOver"
    /// A write has failed in a way that may pass, and is tried again.
    case writeRetrying = "WriteRetrying"

    // MARK: Placement
    /// It is clear which clusters are targets.
    case placed = "Placed"
    /// It is not known yet which clusters are registered; the last targets are kept.
    case placementUnknown = "PlacementUnknown"
    /// No registered cluster is chosen; the last targets are kept.
    case placementEmpty = "PlacementEmpty"
    /// A zone has no gateway cluster; the last targets are kept.
    case gatewayMissing = "GatewayMissing"
    /// A zone has more than one gateway cluster; the last targets are kept.
    case gatewayAmbiguous = "GatewayAmbiguous"
    /// `spec.scope.clusters` names a cluster that is not registered.
    case clusterUnknown = "ClusterUnknown"
    /// `spec.scope.availabilityZones` names a zone of which no cluster is registered.
    case availabilityZoneUnknown = "AvailabilityZoneUnknown"
    /// `spec.scope.regions` names a region of which no cluster is registered.
    case regionUnknown = "RegionUnknown"
    /// Something is excluded that would not be chosen anyway.
    case excludedUnknown = "ExcludedUnknown"
    /// There is no target that could be in service.
    case noTargets = "NoTargets"
    /// `canary.targets` matches no target.
    case canaryEmpty = "CanaryEmpty"

    // MARK: Spec and rendering
    /// Fields of the object are wrong.
    case invalid = "Invalid"
    /// A `$(...)` names no variable.
    case unknownVariable = "UnknownVariable"
    /// A `$(` has no `)`.
    case unclosedVariable = "UnclosedVariable"
    /// A target has no label of the key that `$(LABEL:key)` names.
    case labelMissing = "LabelMissing"
    /// More labels are read than are kept for a target.
    case tooManyLabels = "TooManyLabels"
    /// Something is not of the shape that a Kubernetes object has.
    case invalidObject = "InvalidObject"
    /// Templates may not hold this kind or version.
    case kindNotAllowed = "KindNotAllowed"
    /// The API server would refuse the name.
    case invalidName = "InvalidName"
    /// This kind may not be placed in this namespace.
    case namespaceNotAllowed = "NamespaceNotAllowed"
    /// The field belongs to the cluster, or takes traffic from others.
    case fieldNotAllowed = "FieldNotAllowed"
    /// The label or annotation is the operator's.
    case reservedName = "ReservedName"
    /// Accepted: an override changes what an object is (apiVersion, kind, name, namespace or our labels). MemberCluster
    /// and rows: another cluster than before answers, and nothing is written there.
    case identityChanged = "IdentityChanged"
    /// Two template entries render the same object.
    case duplicateObject = "DuplicateObject"
    /// A JSON Patch is malformed or does not apply.
    case patchFailed = "PatchFailed"
    /// An override matches no target or no object.
    case overrideUnmatched = "OverrideUnmatched"
    /// An override matches but changes nothing, often because `kubectl apply` has dropped a null.
    case overrideNoEffect = "OverrideNoEffect"
    /// Two overrides write one place of one target's object differently.
    case overridesOverlap = "OverridesOverlap"
    /// Overrides omit every object of a target.
    case nothingLeft = "NothingLeft"
    /// An object is larger or deeper than it may be.
    case objectTooLarge = "ObjectTooLarge"
    /// The objects of a target are together larger than they may be.
    case setTooLarge = "SetTooLarge"
    /// The AccessPoint's name, namespace or uid cannot be a label.
    case invalidIdentity = "InvalidIdentity"
    /// The frozen inputs of a revision are larger than they may be.
    case revisionTooLarge = "RevisionTooLarge"
    /// Istio or Kubernetes would refuse a field of a rendered object.
    case trafficInvalid = "TrafficInvalid"
    /// Rendered objects of a target do not fit together.
    case trafficBroken = "TrafficBroken"
    /// Rendered objects are taken, but hardly as they were meant.
    case trafficDoubtful = "TrafficDoubtful"
    /// Another AccessPoint has a host at the same gateway of a target.
    case hostClaimed = "HostClaimed"
    /// More problems were found than are listed.
    case furtherProblems = "FurtherProblems"

    // MARK: Objects in a target
    /// The objects are stored as rendered.
    case stored = "Stored"
    /// An object of the set is not there.
    case objectMissing = "ObjectMissing"
    /// An object is there, but not as rendered.
    case objectDiffers = "ObjectDiffers"
    /// An object was written from a revision that this host does not know; it is not put back by itself.
    case historyRegressed = "HistoryRegressed"
    /// An object of that name is there and does not belong to the operator.
    case objectExists = "ObjectExists"
    /// The object belongs to another AccessPoint.
    case objectOwned = "ObjectOwned"
    /// An object is being deleted and still held by a finalizer.
    case objectTerminating = "ObjectTerminating"
    /// The namespace does not exist in the cluster, or is being deleted; the operator creates none.
    case namespaceMissing = "NamespaceMissing"
    /// The cluster does not serve the kind.
    case kindMissing = "KindMissing"
    /// A ResourceQuota of the namespace has no room for the object.
    case quotaExceeded = "QuotaExceeded"
    /// The cluster's API server or a webhook refuses the object.
    case dryRunFailed = "DryRunFailed"
    /// The cluster lacks what the object refers to, so that it is not written.
    case referenceUnresolved = "ReferenceUnresolved"
    /// Someone else changes the object at the same time.
    case applyConflict = "ApplyConflict"
    /// The cluster's API server has refused a write.
    case applyFailed = "ApplyFailed"
    /// Too many targets differ from their revisions at about the same time; nothing is put back.
    case driftBrake = "DriftBrake"
    /// An object could not be deleted.
    case deleteFailed = "DeleteFailed"
    /// A write had no answer; whether it was done is being looked up.
    case outcomeUnknown = "OutcomeUnknown"
    /// The cluster cannot ask an admission webhook that it must ask, and stores nothing.
    case webhookUnavailable = "WebhookUnavailable"
    /// The credential may not do what is needed.
    case forbidden = "Forbidden"
    /// The cluster has not been looked at yet since the last write or start.
    case observationPending = "ObservationPending"

    // MARK: Service
    /// At least `minAvailable` targets are in service.
    case minimumTargetsAvailable = "MinimumTargetsAvailable"
    /// Fewer targets than `minAvailable` are in service.
    case minimumTargetsUnavailable = "MinimumTargetsUnavailable"
    /// It cannot be told whether `minAvailable` targets are in service.
    case availabilityUnknown = "AvailabilityUnknown"
    /// Every Service of type LoadBalancer has an address.
    case addressesAssigned = "AddressesAssigned"
    /// A Service of type LoadBalancer has no address yet.
    case addressPending = "AddressPending"
    /// A Service shows only addresses that nobody could use, or one outside the ranges of its cluster.
    case addressRefused = "AddressRefused"
    /// Every certificate fits its key and hosts, and is valid.
    case secretReady = "SecretReady"
    /// A Secret was not, or could not be, read.
    case secretUnreadable = "SecretUnreadable"
    /// The Secret holds no certificate and key that can be read.
    case invalidKeys = "InvalidKeys"
    /// The private key does not belong to the certificate.
    case keyMismatch = "KeyMismatch"
    /// The certificate has ended.
    case expired = "Expired"
    /// The certificate is not valid yet.
    case notYetValid = "NotYetValid"
    /// A host of the Gateway is none of the certificate's names.
    case hostNotCovered = "HostNotCovered"
    /// No Secret holds the authority by which a Gateway judges its clients' certificates.
    case authorityMissing = "AuthorityMissing"
    /// The authority for clients' certificates cannot be read, or has ended.
    case authorityInvalid = "AuthorityInvalid"
    /// The authority for clients' certificates has ended; the target serves those that need none that it vouches for.
    case authorityExpired = "AuthorityExpired"
    /// The certificate ends within `certificateWarningSeconds`; the target still serves.
    case expiringSoon = "ExpiringSoon"
    /// cert-manager does not renew a certificate; the target still serves.
    case renewalFailed = "RenewalFailed"
    /// Every certificate is seen to be served under every VIP.
    case serving = "Serving"
    /// A VIP serves another certificate than the Secret's.
    case certificateNotServed = "CertificateNotServed"
    /// A VIP serves another certificate than the Secret's, and that has ended.
    case servedExpired = "ServedExpired"
    /// A VIP serves another certificate than the Secret's, and that is not valid yet.
    case servedNotYetValid = "ServedNotYetValid"
    /// A VIP serves another certificate than the Secret's, and that is for other hosts.
    case servedHostNotCovered = "ServedHostNotCovered"
    /// The TLS handshake with a VIP fails.
    case handshakeFailed = "HandshakeFailed"
    /// A certificate of the chain was not issued by the next one; the target still serves, but not all clients trust it.
    case chainBroken = "ChainBroken"
    /// Targets have different versions of the certificate; all of them still serve.
    case certificateStale = "CertificateStale"

    // MARK: References
    /// Everything that Gateways and VirtualServices refer to was found.
    case resolvedRefs = "ResolvedRefs"
    /// Every VirtualService is stored as rendered, and all that it refers to was found.
    case routesResolved = "RoutesResolved"
    /// Every VirtualService is stored as rendered; whether all that it refers to exists cannot be told.
    case routesStored = "RoutesStored"
    /// Every VirtualService is stored as rendered, all that it refers to was found, and Istio finds no error in it.
    case routesNotRejected = "RoutesNotRejected"
    /// Istio's analysis finds an error in an object as it is rendered.
    case rejectedByIstio = "RejectedByIstio"
    /// Every VirtualService is seen to be served: a probe through the VIP got the answer that the policy expects.
    case routesServed = "RoutesServed"
    /// A probe through a VIP got another answer than the policy expects.
    case probeFailed = "ProbeFailed"
    /// A VIP has not been looked at since the last write or start.
    case probePending = "ProbePending"
    /// A probe got no answer, which tells neither good nor bad.
    case probeInconclusive = "ProbeInconclusive"
    /// A gateway that a VirtualService names does not exist.
    case gatewayNotFound = "GatewayNotFound"
    /// A gateway that a VirtualService names serves none of its hosts.
    case gatewayHostMismatch = "GatewayHostMismatch"
    /// A host of a VirtualService is served by none of its gateways.
    case hostNotServed = "HostNotServed"
    /// A VirtualService is not shown to the namespace of its gateway's pods.
    case notExported = "NotExported"
    /// No Service or ServiceEntry has the host of a destination.
    case backendNotFound = "BackendNotFound"
    /// The destination's host has no such port.
    case portNotFound = "PortNotFound"
    /// A destination must say which of several ports it means.
    case portRequired = "PortRequired"
    /// No DestinationRule that counts defines the subset.
    case subsetNotFound = "SubsetNotFound"
    /// The VirtualService delegated to does not exist.
    case delegateNotFound = "DelegateNotFound"
    /// The VirtualService delegated to has hosts of its own.
    case delegateInvalid = "DelegateInvalid"
    /// The Secret of a Gateway does not exist where the gateway's pods run.
    case secretNotFound = "SecretNotFound"
    /// A Gateway names a Secret of a namespace from which its pods may not read.
    case secretDenied = "SecretDenied"
    /// A Gateway takes its certificate from elsewhere than a Secret, where it cannot be looked into.
    case credentialElsewhere = "CredentialElsewhere"
    /// It cannot be told in which namespace a Gateway's pods run.
    case gatewayNamespaceUnknown = "GatewayNamespaceUnknown"
    /// Something that is referred to could not be looked up.
    case referenceUnknown = "ReferenceUnknown"
    /// A field is of the wrong type.
    case fieldUnreadable = "FieldUnreadable"

    // MARK: Names
    /// The records are where external-dns takes them from.
    case recordsPublished = "RecordsPublished"
    /// No target is in service; the last records stay, so that the names lead somewhere.
    case recordsHeld = "RecordsHeld"
    /// There is nothing to publish yet, or what is published is so new that resolvers may not know it.
    case recordsPending = "RecordsPending"
    /// Every name resolves to what is published.
    case recordsResolved = "RecordsResolved"
    /// A name resolves to nothing.
    case recordsMissing = "RecordsMissing"
    /// A name resolves to something else than is published.
    case recordsDiffer = "RecordsDiffer"
    /// A target has a host name only, beside others that have IP addresses; its records are left out.
    case recordsConflict = "RecordsConflict"
    /// There would be more records than a DNSEndpoint takes; those that are published stay.
    case recordsTooMany = "RecordsTooMany"
    /// No resolver answers.
    case resolverUnreachable = "ResolverUnreachable"
    /// The resolvers answer, but cannot tell.
    case resolutionUnknown = "ResolutionUnknown"
    /// The host does not serve DNSEndpoints.
    case dnsEndpointsNotServed = "DNSEndpointsNotServed"
    /// There is a DNSEndpoint of that name that is not the operator's.
    case dnsEndpointForeign = "DNSEndpointForeign"
    /// Another NameService has the hostname.
    case hostnameTaken = "HostnameTaken"
    /// The operator knows no provider of that name.
    case providerUnknown = "ProviderUnknown"
    /// The AccessPoint of `spec.targetRef` does not exist; the records that are published stay.
    case accessPointNotFound = "AccessPointNotFound"
    /// There is a NameService of the AccessPoint's name that a person has made; `spec.dns` has no effect.
    case nameServiceForeign = "NameServiceForeign"

    // MARK: Clusters
    /// The cluster answers.
    case clusterReachable = "ClusterReachable"
    /// The cluster serves the kinds that AccessPoints have there.
    case apisServed = "APIsServed"
    /// The credential may do all that is needed.
    case authorized = "Authorized"
    /// It cannot be told whether the credential may do all that is needed.
    case rightsUnknown = "RightsUnknown"
    /// The cluster has not been asked yet.
    case connecting = "Connecting"
    /// The cluster does not answer.
    case clusterUnreachable = "ClusterUnreachable"
    /// The cluster answers, but not all of what has to be known of it can be read.
    case readFailed = "ReadFailed"
    /// The cluster does not accept the credential.
    case credentialInvalid = "CredentialInvalid"
    /// Another MemberCluster is the same cluster; nothing is written through this one.
    case clusterDuplicate = "ClusterDuplicate"
    /// Secrets of that namespace may not be used.
    case secretNamespaceRefused = "SecretNamespaceRefused"
    /// The Secret of `access.secretRef` does not exist.
    case secretMissing = "SecretMissing"
    /// The Secret has no data under the key of `access.secretRef.key`.
    case secretKeyMissing = "SecretKeyMissing"
    /// The kubeconfig cannot be used; exec, files and http are refused.
    case kubeconfigInvalid = "KubeconfigInvalid"

    // MARK: Events only
    /// What the spec renders has become a revision.
    case revisionCreated = "RevisionCreated"
    /// The rollout of a revision begins.
    case rolloutStarted = "RolloutStarted"
    /// The spec asks for the stable revision again; the targets go back to it.
    case rolloutReturned = "RolloutReturned"
    /// The targets go back to the stable revision.
    case rollbackStarted = "RollbackStarted"
    /// A resume was done.
    case rolloutResumed = "RolloutResumed"
    /// A resume was given before its gate waits, and opens it then.
    case resumeNoted = "ResumeNoted"
    /// A promote-full was done.
    case rolloutPromoted = "RolloutPromoted"
    /// A retry was done.
    case rolloutRetried = "RolloutRetried"
    /// A target has a new revision.
    case targetUpdated = "TargetUpdated"
    /// A target holds nothing any more.
    case targetRemoved = "TargetRemoved"
    /// The deletion does not go on by itself: a target does not answer, or refuses it.
    case deletionBlocked = "DeletionBlocked"
    /// A person, or `deletion.unreachableTimeoutSeconds`, has given a target up for lost; its objects stay behind.
    case targetAbandoned = "TargetAbandoned"
    /// Objects that were there before, and nobody's, now belong to the AccessPoint, as conflictResolution allows.
    case objectsTakenOver = "ObjectsTakenOver"
    /// Objects that an unfinished revision had taken over are nobody's again; they were not deleted.
    case objectsReturned = "ObjectsReturned"
    /// The AccessPoint is deleted with `deletion.policy: Orphan`: its objects stay, without our labels and annotations.
    case objectsOrphaned = "ObjectsOrphaned"
    /// A Service of type LoadBalancer has another address than before, or has lost it.
    case addressChanged = "AddressChanged"
    /// Objects of a target differed from their revision and were put back.
    case driftCorrected = "DriftCorrected"
    /// The value of `accesspoint.io/resume` does not name what waits now.
    case resumeIgnored = "ResumeIgnored"
    /// The value of `accesspoint.io/promote-full` does not name what runs now.
    case promoteFullIgnored = "PromoteFullIgnored"
    /// The value of `accesspoint.io/abort` does not name what runs now.
    case abortIgnored = "AbortIgnored"
    /// The value of `accesspoint.io/retry` does not name what has failed.
    case retryIgnored = "RetryIgnored"
    /// The value of `accesspoint.io/abandon` does not name the cluster that a deletion waits for.
    case abandonIgnored = "AbandonIgnored"
}
