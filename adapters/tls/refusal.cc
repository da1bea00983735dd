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

}  // namespace buoyant::tls
