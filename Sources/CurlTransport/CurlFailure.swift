import CCurl
import KubeClient

/// Turns libcurl's results into errors that say what to mend.
enum CurlFailure {
    /// What libcurl tells about the end of a transfer, as values.
    struct Report {
        var code: CURLcode
        var message: String
        /// OpenSSL's X509_V_ERR_*; not 0 either if the chain was never checked.
        var verifyResult: Int
        /// `errno` of the failed connect.
        var systemError: Int
        var mayHaveArrived: Bool
    }

    /// The error of a finished transfer; nil if it went well.
    static func error(of transfer: Transfer, _ code: CURLcode) -> TransportError? {
        guard code != CURLE_OK else { return nil }
        if let verdict = transfer.verdict { return verdict }
        var verifyResult = 0
        var systemError = 0
        unsafe cc_get_long(transfer.handle, CURLINFO_SSL_VERIFYRESULT, &verifyResult)
        unsafe cc_get_long(transfer.handle, CURLINFO_OS_ERRNO, &systemError)
        let message = transfer.libraryMessage
        return error(
            Report(
                code: code, message: message.isEmpty ? unsafe String(cString: curl_easy_strerror(code)) : message,
                verifyResult: verifyResult, systemError: systemError, mayHaveArrived: transfer.mayHaveArrived))
    }

    static func error(_ report: Report) -> TransportError {
        TransportError(kind(report), report.message, mayHaveArrived: report.mayHaveArrived)
    }

    private static func kind(_ report: Report) -> TransportError.Kind {
        // An alert about our certificate comes with TLS 1.3 only when the answer is read.
        if isClientCertificateAlert(report.message) { return .clientCertificateRefused }
        if report.message.contains("CONNECT tunnel failed") { return .proxy }
        return switch report.code {
        case CURLE_COULDNT_RESOLVE_HOST: .nameResolution
        // HTTP/0.9, which is what anything without a status line looks like.
        case CURLE_UNSUPPORTED_PROTOCOL where report.mayHaveArrived: .malformedReply
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_PROXY: .proxy
        case CURLE_COULDNT_CONNECT: connectKind(report)
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout
        case CURLE_PEER_FAILED_VERIFICATION: verificationKind(report)
        case CURLE_SSL_CERTPROBLEM: .credentials
        case CURLE_SSL_CACERT_BADFILE: .unknownAuthority
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED: .tls
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_NOT_BUILT_IN, CURLE_OUT_OF_MEMORY,
            CURLE_BAD_FUNCTION_ARGUMENT, CURLE_FAILED_INIT:
            .invalidRequest
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: .malformedReply
        default: .connectionClosed
        }
    }

    private static func connectKind(_ report: Report) -> TransportError.Kind {
        switch Int32(truncatingIfNeeded: report.systemError) {
        case 110: .connectTimeout  // ETIMEDOUT
        case 101, 113: .unreachable  // ENETUNREACH, EHOSTUNREACH
        default: .connectionRefused
        }
    }

    private static func verificationKind(_ report: Report) -> TransportError.Kind {
        // libcurl compares the names itself, when OpenSSL's verdict on the chain is not yet noted.
        if report.message.contains("subject name") { return .hostNameMismatch }
        return switch report.verifyResult {
        case 9: .certificateNotYetValid  // X509_V_ERR_CERT_NOT_YET_VALID
        case 10: .certificateExpired  // X509_V_ERR_CERT_HAS_EXPIRED
        default: .unknownAuthority
        }
    }

    private static func isClientCertificateAlert(_ message: String) -> Bool {
        guard message.contains("alert") else { return false }
        return [
            "bad certificate", "certificate required", "alert unknown ca", "certificate expired", "certificate revoked",
            "certificate unknown", "unsupported certificate",
        ].contains { message.contains($0) }
    }
}
