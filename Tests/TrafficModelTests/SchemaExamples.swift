/// Objects that together hold every field of every schema.
enum SchemaExamples {
    static let all = [plain, deprecated, alternatives]

    /// Objects as they are meant to be written; none of them has an error or a warning.
    static let plain = """
        apiVersion: v1
        kind: Service
        metadata: {name: a, namespace: shop}
        spec:
          type: LoadBalancer
          selector: {app: a}
          ports: [{name: https, port: 443, targetPort: https, protocol: TCP, appProtocol: https, nodePort: 30443}]
          clusterIP: 10.0.0.1
          clusterIPs: [10.0.0.1]
          sessionAffinity: ClientIP
          sessionAffinityConfig: {clientIP: {timeoutSeconds: 10800}}
          loadBalancerSourceRanges: [10.0.0.0/8]
          externalTrafficPolicy: Local
          healthCheckNodePort: 30444
          publishNotReadyAddresses: true
          ipFamilies: [IPv4]
          ipFamilyPolicy: SingleStack
          allocateLoadBalancerNodePorts: false
          loadBalancerClass: example.com/lb
          internalTrafficPolicy: Cluster
          trafficDistribution: PreferClose
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: a, namespace: shop}
        spec:
          selector: {istio: gw}
          servers:
          - port: {number: 443, name: https, protocol: HTTPS}
            name: main
            bind: 0.0.0.0
            defaultEndpoint: 127.0.0.1:80
            hosts: ["*.example.com", shop/a.example.org, ./b.example.org, "*/c.example.org"]
            tls:
              mode: MUTUAL
              credentialName: a
              caCertCredentialName: a-cacert
              subjectAltNames: [a]
              verifyCertificateSpki: [a]
              verifyCertificateHash: [a]
              minProtocolVersion: TLSV1_2
              maxProtocolVersion: TLSV1_3
              cipherSuites: [ECDHE-RSA-AES128-GCM-SHA256]
              ecdhCurves: [X25519MLKEM768, X25519]
              insecureSkipVerify: false
          - port: {number: 8443, name: two, protocol: HTTPS}
            hosts: [two.example.com]
            tls: {mode: SIMPLE, credentialNames: [rsa, ecdsa]}
          - port: {number: 8444, name: files, protocol: TLS}
            hosts: [three.example.com]
            tls: {mode: MUTUAL, serverCertificate: /c, privateKey: /k, caCertificates: /a, caCrl: /l}
          - port: {number: 8445, name: pairs, protocol: HTTPS}
            hosts: [four.example.com]
            tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: /c, privateKey: /k, caCertificates: /a}]}
          - port: {number: 80, name: http, protocol: HTTP}
            hosts: ["*"]
            tls: {httpsRedirect: true}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: shop}
        spec:
          hosts: [a.example.com]
          gateways: [shop/a]
          exportTo: [istio-ingress]
          http:
          - name: one
            match:
            - name: m
              uri: {prefix: /a}
              scheme: {exact: https}
              method: {regex: GET|HEAD}
              authority: {exact: a.example.com}
              headers: {x-a: {exact: b}}
              port: 443
              sourceLabels: {app: b}
              gateways: [shop/a]
              queryParams: {q: {exact: b}}
              ignoreUriCase: true
              withoutHeaders: {x-b: {}}
              sourceNamespace: shop
              statPrefix: a
            route:
            - destination: {host: web.shop.svc.cluster.local, subset: v1, port: {number: 80}}
              weight: 99
              headers: {response: {remove: [x-c]}}
            - destination: {host: web.shop.svc.cluster.local, subset: v2, port: {number: 80}}
              weight: 1
            rewrite: {uri: /b, authority: b.example.com}
            timeout: 1.5s
            retries:
              {attempts: 2, perTryTimeout: 500ms, retryOn: "connect-failure,503", retryRemoteLocalities: true,
               retryIgnorePreviousHosts: true, backoff: 25ms}
            fault:
              delay: {fixedDelay: 1s, percentage: {value: 0.1}}
              abort: {grpcStatus: UNAVAILABLE, percentage: {value: 0.1}}
            mirrors: [{destination: {host: mirror}, percentage: {value: 10}}]
            corsPolicy:
              allowOrigins: [{exact: https://a.example.com}]
              allowMethods: [GET]
              allowHeaders: [x-a]
              exposeHeaders: ["*"]
              maxAge: 24h
              allowCredentials: true
              unmatchedPreflights: FORWARD
            headers: {request: {set: {x-a: "%DOWNSTREAM_REMOTE_ADDRESS%"}, add: {x-b: c}}}
          - name: two
            match: [{uri: {exact: /old}}]
            redirect: {uri: /new, authority: b.example.com, port: 443, scheme: https, redirectCode: 308}
          - match: [{uri: {prefix: /old/}}]
            redirect: {prefixRewrite: /new/, derivePort: FROM_REQUEST_PORT}
          - match: [{uri: {prefix: /teapot}}]
            directResponse: {status: 418, body: {string: short and stout}}
          - match: [{uri: {prefix: /bytes}}]
            directResponse: {status: 200, body: {bytes: aGk=}}
          - match: [{uri: {prefix: /regex}}]
            rewrite: {uriRegexRewrite: {match: ^/regex/(.*)$, rewrite: '/\\1'}}
            mirror: {host: mirror}
            mirrorPercentage: {value: 5}
            fault: {abort: {httpStatus: 503}}
            route: [{destination: {host: web}}]
          - delegate: {name: b, namespace: shop}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: b, namespace: shop}
        spec:
          hosts: [b.example.com]
          gateways: [shop/a, mesh]
          tls:
          - match:
            - sniHosts: [b.example.com]
              destinationSubnets: [10.0.0.0/8]
              port: 443
              sourceLabels: {app: b}
              gateways: [shop/a]
              sourceNamespace: shop
            route: [{destination: {host: web}, weight: 100}]
          tcp:
          - match:
            - destinationSubnets: [10.0.0.1]
              port: 27017
              sourceSubnet: 10.0.0.0/8
              sourceLabels: {app: b}
              gateways: [mesh]
              sourceNamespace: shop
            route: [{destination: {host: web}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: a, namespace: shop}
        spec:
          host: web.shop.svc.cluster.local
          exportTo: ["."]
          workloadSelector: {matchLabels: {app: a}}
          trafficPolicy:
            loadBalancer:
              simple: ROUND_ROBIN
              localityLbSetting:
                enabled: true
                distribute: [{from: r1/z1/*, to: {r1/z1/*: 98, r2/*: 2}}]
              warmup: {duration: 30s, minimumPercent: 10, aggression: 1.0}
            connectionPool:
              tcp:
                maxConnections: 100
                connectTimeout: 30ms
                tcpKeepalive: {probes: 3, time: 7200s, interval: 75s}
                maxConnectionDuration: 1h
                idleTimeout: 0s
              http:
                http1MaxPendingRequests: 1
                http2MaxRequests: 1
                maxRequestsPerConnection: 0
                maxRetries: 1
                idleTimeout: 1s
                h2UpgradePolicy: UPGRADE
                useClientProtocol: false
                maxConcurrentStreams: 1
                http2KeepAlive: {interval: 1s, timeout: 1s}
            outlierDetection:
              splitExternalLocalOriginErrors: true
              consecutiveLocalOriginFailures: 1
              consecutiveGatewayErrors: 5
              consecutive5xxErrors: 0
              interval: 5s
              baseEjectionTime: 30s
              maxEjectionPercent: 100
              minHealthPercent: 0
              outlierDetectionHttpErrorCodes: [503]
            tls: {mode: SIMPLE, credentialName: a, subjectAltNames: [b], sni: c}
            portLevelSettings:
            - port: {number: 80}
              loadBalancer: {consistentHash: {httpHeaderName: x-a, ringHash: {minimumRingSize: 1024}}}
              connectionPool: {tcp: {}}
              outlierDetection: {}
              tls: {mode: ISTIO_MUTUAL}
            tunnel: {protocol: CONNECT, targetHost: a.example.com, targetPort: 443}
            retryBudget: {percent: 20, minRetryConcurrency: 3, budgetInterval: 0s}
          subsets:
          - name: v1
            labels: {version: v1}
            trafficPolicy: {proxyProtocol: {version: V2}}
          - name: v2
            trafficPolicy:
              loadBalancer:
                consistentHash:
                  httpCookie: {name: a, path: /, ttl: 0s, attributes: [{name: SameSite, value: Lax}]}
                  maglev: {tableSize: 65537}
                zoneAwareLbSetting:
                  {enabled: true, failover: [{from: r1, to: r2}], failoverPriority: [version], minClusterSize: 6}
              outlierDetection: {}
              tls: {mode: MUTUAL, clientCertificate: /c, privateKey: /k, caCertificates: /a, caCrl: /l}
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: a, namespace: shop}
        spec:
          hosts: [a.example.com]
          addresses: [10.0.0.1]
          ports: [{number: 80, name: http, protocol: HTTP, targetPort: 8080}]
          location: MESH_INTERNAL
          resolution: STATIC
          endpoints:
          - {address: 10.0.0.2, ports: {http: 8081}, labels: {app: a}, network: net, locality: r1/z1, weight: 1,
             serviceAccount: a}
          exportTo: ["*"]
          subjectAltNames: [a]
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: b, namespace: shop}
        spec: {hosts: [b.example.com], resolution: DNS, workloadSelector: {labels: {app: a}}}
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata: {name: a, namespace: shop}
        spec: {address: a.example.com, ports: {http: 80}, labels: {app: a}, locality: r1/z1/s1, weight: 98}
        ---
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: a, namespace: shop}
        spec:
          workloadSelector: {labels: {app: a}}
          ingress:
          - port: {number: 9443, name: https, protocol: HTTPS}
            bind: 0.0.0.0
            captureMode: IPTABLES
            defaultEndpoint: unix:///run/a
            tls: {mode: SIMPLE, serverCertificate: /c, privateKey: /k}
          - port: {number: 80, name: http, protocol: HTTP}
            connectionPool: {http: {http2MaxRequests: 1}}
          egress:
          - port: {number: 0, name: uds, protocol: HTTP}
            bind: unix:///run/b
            captureMode: NONE
            hosts: [./*, "*/*.example.com", ~other/*]
          - hosts: [~/*]
          inboundConnectionPool: {tcp: {maxConnections: 1}}
          outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.example.com, subset: v1, port: {number: 80}}}
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: a, namespace: shop}
        spec:
          selector: {matchLabels: {app: a}}
          action: ALLOW
          rules:
          - from:
            - source:
                principals: [cluster.local/ns/a/sa/b]
                notPrincipals: [a]
                requestPrincipals: ["*"]
                notRequestPrincipals: [a]
                namespaces: [a]
                notNamespaces: [b]
                ipBlocks: [10.0.0.0/8]
                notIpBlocks: [10.0.0.1]
                remoteIpBlocks: [10.0.0.0/8]
                notRemoteIpBlocks: ["::1"]
                trustDomains: [a.*]
                notTrustDomains: [b]
            - source: {serviceAccounts: [shop/a], notServiceAccounts: [b]}
            to:
            - operation:
                hosts: [a.example.com]
                notHosts: [b.example.com]
                ports: ["80"]
                notPorts: ["81"]
                methods: [GET]
                notMethods: [PUT]
                paths: ["/a/{*}/{**}", /b*]
                notPaths: [/c]
            when: [{key: "request.headers[x-a]", values: [a], notValues: [b]}]
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: a, namespace: shop}
        spec: {selector: {matchLabels: {app: a}}, mtls: {mode: STRICT}, portLevelMtls: {"8080": {mode: DISABLE}}}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: a, namespace: shop}
        spec:
          selector: {matchLabels: {app: a}}
          jwtRules:
          - issuer: a
            audiences: [b]
            jwksUri: https://a.example.com:8443/keys
            fromHeaders: [{name: Authorization, prefix: "Bearer "}]
            fromParams: [token]
            fromCookies: [token]
            outputPayloadToHeader: x-a
            forwardOriginalToken: true
            outputClaimToHeaders: [{header: x-b, claim: c}]
            timeout: 5s
            spaceDelimitedClaims: [scope]
            presence: REQUIRED
          - issuer: b
            jwks: '{"keys": [{"kty": "RSA", "n": "a", "e": "AQAB"}]}'
        """

    /// Fields that are there but deprecated, or refused by a rule of their own.
    private static let deprecated = """
        apiVersion: v1
        kind: Service
        metadata: {name: a, namespace: shop}
        spec: {externalIPs: [192.0.2.1], loadBalancerIP: 192.0.2.1, externalName: a.example.com}
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: a, namespace: shop}
        spec: {servers: [{port: {number: 80, name: http, protocol: HTTP, targetPort: 80}, hosts: ["*"]}]}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: a, namespace: shop}
        spec:
          hosts: [a.example.com]
          http:
          - mirrorPercent: 5
            mirror_percent: 5
            corsPolicy: {allowOrigin: [a]}
            fault: {delay: {percent: 5, exponentialDelay: 1s}, abort: {http2Error: a}}
            route: [{destination: {host: web}}]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: a, namespace: shop}
        spec:
          host: web
          trafficPolicy:
            loadBalancer: {consistentHash: {useSourceIp: true, minimumRingSize: 1}, warmupDurationSecs: 30s}
            outlierDetection: {consecutiveErrors: 5}
        ---
        apiVersion: networking.istio.io/v1
        kind: Sidecar
        metadata: {name: a, namespace: shop}
        spec: {ingress: [{port: {number: 80, protocol: HTTP, targetPort: 80}}]}
        """

    /// Fields that exclude some of those above.
    private static let alternatives = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: b, namespace: shop}
        spec:
          host: web
          trafficPolicy:
            loadBalancer:
              consistentHash: {httpQueryParameterName: a}
              localityLbSetting: {failover: [{from: r1, to: r2}], failoverPriority: [version]}
            outlierDetection: {}
            tls: {mode: SIMPLE, insecureSkipVerify: true}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: c, namespace: shop}
        spec:
          host: web
          trafficPolicy:
            loadBalancer:
              backendUtilization:
                weightUpdatePeriod: 1s
                weightExpirationPeriod: 180s
                weightStabilizationPeriod: 10s
                errorUtilizationPenaltyPercent: 100
                metricNamesForComputingUtilization: [named_metrics.a]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: b, namespace: shop}
        spec:
          targetRef: {group: networking.istio.io, kind: ServiceEntry, name: a}
          action: CUSTOM
          provider: {name: a}
          rules: [{}]
        ---
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: c, namespace: shop}
        spec: {targetRefs: [{kind: Service, name: a, namespace: ""}]}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: b, namespace: shop}
        spec: {targetRef: {kind: Service, name: a}, jwtRules: [{issuer: a, jwks_uri: http://a.example.com}]}
        ---
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: c, namespace: shop}
        spec: {targetRefs: [{kind: Service, name: a}]}
        """
}
