// libcrypto for Swift: the macros and variadic functions that Swift cannot import, as functions.
#ifndef ACCESSPOINT_COPENSSL_SHIM_H
#define ACCESSPOINT_COPENSSL_SHIM_H

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int co_general_names_count(const GENERAL_NAMES *names) { return sk_GENERAL_NAME_num(names); }

static inline GENERAL_NAME *co_general_name_at(const GENERAL_NAMES *names, int index) {
    return sk_GENERAL_NAME_value(names, index);
}

static inline int co_general_names_push(GENERAL_NAMES *names, GENERAL_NAME *name) {
    return sk_GENERAL_NAME_push(names, name);
}

static inline GENERAL_NAMES *co_general_names_new(void) { return sk_GENERAL_NAME_new_null(); }

static inline void co_free(void *memory) { OPENSSL_free(memory); }

static inline void co_clear_free(void *memory, size_t size) { OPENSSL_clear_free(memory, size); }

static inline long co_memory_contents(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }

static inline int co_is_end_of_pem(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static inline unsigned long co_rfc2253_flags(void) { return XN_FLAG_RFC2253; }

static inline EVP_PKEY *co_generate_p256(void) { return EVP_EC_gen("P-256"); }

static inline EVP_PKEY *co_generate_rsa(size_t bits) { return EVP_RSA_gen(bits); }

static inline EVP_PKEY *co_generate_ed25519(void) { return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); }

#endif
