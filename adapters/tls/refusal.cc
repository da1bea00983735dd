// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

#include "adapters/tls/refusal.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace buoyant::tls {

const char* refusal_name(Refusal refusal) noexcept {
  switch (refusal) {
#define BUOYANT_CASE(enumerator, name, message) \
  case Refusal::enumerator:                     \
    return name;
    BUOYANT_TLS_REFUSALS(BUOYANT_CASE)
#undef BUOYANT_CASE
  }
  return "unknown";
}

const char* refusal_message(Refusal refusal) noexcept {
  switch (refusal) {
#define BUOYANT_CASE(enumerator, name, message) \
  case Refusal::enumerator:                     \
    return message;
    BUOYANT_TLS_REFUSALS(BUOYANT_CASE)
#undef BUOYANT_CASE
  }
  return "unknown";
}

Errc refusal_code(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::kTruncated:
      return Errc::kTransportFailed;
    case Refusal::kNotTls:
    case Refusal::kProtocolError:
    case Refusal::kHandshakeTooLarge:
      return Errc::kMalformed;
    case Refusal::kWrongApplication:
    case Refusal::kNoCommonVersion:
    case Refusal::kNoCommonCipher:
      return Errc::kUnsupportedVersion;
    case Refusal::kWrongCluster:
      return Errc::kWrongCluster;
    case Refusal::kNoCertificate:
    case Refusal::kSelfSigned:
    case Refusal::kUnknownAuthority:
    case Refusal::kExpired:
    case Refusal::kNotYetValid:
    case Refusal::kWrongUsage:
    case Refusal::kInvalidChain:
    case Refusal::kNoName:
    case Refusal::kSeveralNames:
    case Refusal::kMalformedName:
    case Refusal::kWrongId:
    case Refusal::kRefusedByPeer:
      break;
  }
  return Errc::kWrongIdentity;
}

Refusal refusal_of_chain(int verify_error) noexcept {
  switch (verify_error) {
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return Refusal::kSelfSigned;
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
      return Refusal::kUnknownAuthority;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Refusal::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Refusal::kNotYetValid;
    case X509_V_ERR_INVALID_PURPOSE:
      return Refusal::kWrongUsage;
    default:
      return Refusal::kInvalidChain;
  }
}

Refusal refusal_of_library(unsigned long error) noexcept {
  if (error == 0) {
    return Refusal::kTruncated;
  }
  if (ERR_GET_LIB(error) != ERR_LIB_SSL) {
    return Refusal::kProtocolError;
  }
  const int reason = ERR_GET_REASON(error);
  if (reason > SSL_AD_REASON_OFFSET) {
    return Refusal::kRefusedByPeer;
  }
  switch (reason) {
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE:
      return Refusal::kNoCertificate;
    case SSL_R_NO_APPLICATION_PROTOCOL:
      return Refusal::kWrongApplication;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_NO_PROTOCOLS_AVAILABLE:
      return Refusal::kNoCommonVersion;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SHARED_GROUPS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
    case SSL_R_NO_SHARED_SIGNATURE_ALGORITHMS:
      return Refusal::kNoCommonCipher;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_RECORD_TOO_SMALL:
      return Refusal::kNotTls;
    case SSL_R_EXCESSIVE_MESSAGE_SIZE:
      return Refusal::kHandshakeTooLarge;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return Refusal::kTruncated;
    default:
      return Refusal::kProtocolError;
  }
}

int alert_of_library(unsigned long error) noexcept {
  const bool is_alert =
      ERR_GET_LIB(error) == ERR_LIB_SSL && ERR_GET_REASON(error) > SSL_AD_REASON_OFFSET;
  return is_alert ? ERR_GET_REASON(error) - SSL_AD_REASON_OFFSET : -1;
}

const char* alert_message(int alert) noexcept {
  switch (alert) {
    case SSL_AD_CERTIFICATE_REQUIRED:
      return "it refused us (alert): it wants a certificate";
    case SSL_AD_BAD_CERTIFICATE:
      return "it refused us (alert): our certificate is not the one it needs";
    case SSL_AD_UNSUPPORTED_CERTIFICATE:
      return "it refused us (alert): our certificate is not for both sides of a connection";
    case SSL_AD_CERTIFICATE_EXPIRED:
      return "it refused us (alert): our certificate has expired";
    case SSL_AD_UNKNOWN_CA:
      return "it refused us (alert): our certificate is of no authority that it trusts";
    case SSL_AD_CERTIFICATE_UNKNOWN:
    case SSL_AD_ACCESS_DENIED:
      return "it refused us (alert): it does not accept our certificate";
    case SSL_AD_PROTOCOL_VERSION:
      return "it refused us (alert): no version of TLS in common";
    case SSL_AD_HANDSHAKE_FAILURE:
      return "it refused us (alert): nothing in common to speak";
    case SSL_AD_NO_APPLICATION_PROTOCOL:
      return "it refused us (alert): it does not speak buoyant/1 (ALPN)";
    default:
      return refusal_message(Refusal::kRefusedByPeer);
  }
}

}  // namespace buoyant::tls
