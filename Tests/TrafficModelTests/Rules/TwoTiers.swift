/// One application behind gateways of two tiers in three zones, as one zone gets it: the first tier sends 98 % to its own
/// zone and keeps the two others warm.
enum TwoTiers {
    static let yaml = """
        apiVersion: v1
        kind: Service
        metadata: {name: shop-l1, namespace: istio-ingress}
        spec:
          type: LoadBalancer
          selector: {istio: gw-l1}
          ports:
          - {name: https, port: 443, targetPort: 8443, protocol: TCP}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: shop-l2, namespace: istio-ingress}
        spec:
          type: LoadBalancer
          selector: {istio: gw-l2}
          ports:
          - {name: https, port: 443, targetPort: 8443, protocol: TCP}
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: shop-l2, namespace: shop}
        spec:
          selector: {istio: gw-l2}
          servers:
          - port: {number: 443, name: https-shop-l2, protocol: HTTPS}
            hosts: [shop/shop.example.com]
            tls: {mode: SIMPLE, credentialName: shop-example-com}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop-l2, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [shop/shop-l2]
          exportTo: [istio-ingress]
          http:
          - name: default
            route:
            - destination:
                host: shop.shop.svc.cluster.local
                port: {number: 8080}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: shop, namespace: shop}
        spec:
          selector: {app: shop}
          ports:
          - {name: http, port: 8080, targetPort: 8080, protocol: TCP}
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: shop, namespace: shop}
        spec:
          host: shop.shop.svc.cluster.local
          trafficPolicy:
            tls: {mode: ISTIO_MUTUAL}
        ---
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: default, namespace: shop}
        spec:
          mtls: {mode: STRICT}
        ---
        apiVersion: networking.istio.io/v1
        kind: Gateway
        metadata: {name: shop-l1, namespace: shop}
        spec:
          selector: {istio: gw-l1}
          servers:
          - port: {number: 443, name: https-shop-l1, protocol: HTTPS}
            hosts: [shop/shop.example.com]
            tls: {mode: SIMPLE, credentialName: shop-example-com}
        ---
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: shop-l1, namespace: shop}
        spec:
          hosts: [shop.example.com]
          gateways: [shop/shop-l1]
          exportTo: [istio-ingress]
          http:
          - name: default
            route:
            - destination:
                host: shop-l2.ap.example.internal
                port: {number: 443}
        ---
        apiVersion: networking.istio.io/v1
        kind: ServiceEntry
        metadata: {name: shop-l2, namespace: shop}
        spec:
          hosts: [shop-l2.ap.example.internal]
          location: MESH_INTERNAL
          resolution: DNS
          ports:
          - {number: 443, name: https, protocol: HTTPS}
          workloadSelector:
            labels: {ap.example.com/upstream: shop-l2}
          exportTo: [istio-ingress]
        ---
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: shop-l2, namespace: shop}
        spec:
          host: shop-l2.ap.example.internal
          exportTo: [istio-ingress]
          trafficPolicy:
            loadBalancer:
              simple: ROUND_ROBIN
              localityLbSetting: {enabled: false}
            outlierDetection: {consecutiveGatewayErrors: 5, consecutive5xxErrors: 0, interval: 5s, baseEjectionTime: 30s,
              maxEjectionPercent: 100}
            tls:
              mode: SIMPLE
              sni: shop.example.com
              subjectAltNames: [shop.example.com]
              credentialName: corp-ca
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata:
          name: shop-l2-az1
          namespace: shop
          labels: {ap.example.com/upstream: shop-l2}
          annotations: {proxy.istio.io/health-checks-enabled: 'true'}
        spec:
          address: shop-l2.az1.vip.example.com
          labels: {ap.example.com/upstream: shop-l2}
          locality: region1/az1
          weight: 98
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata:
          name: shop-l2-az2
          namespace: shop
          labels: {ap.example.com/upstream: shop-l2}
          annotations: {proxy.istio.io/health-checks-enabled: 'true'}
        spec:
          address: shop-l2.az2.vip.example.com
          labels: {ap.example.com/upstream: shop-l2}
          locality: region2/az2
          weight: 1
        ---
        apiVersion: networking.istio.io/v1
        kind: WorkloadEntry
        metadata:
          name: shop-l2-az3
          namespace: shop
          labels: {ap.example.com/upstream: shop-l2}
          annotations: {proxy.istio.io/health-checks-enabled: 'true'}
        spec:
          address: shop-l2.az3.vip.example.com
          labels: {ap.example.com/upstream: shop-l2}
          locality: region3/az3
          weight: 1
        """
}
