#pragma once

#include <cstdlib>
#include <memory>

// What the files of this module share about OpenSSL.
namespace edgeward::crypto {

// For calls that fail only when the installation is broken or memory is out: there is no safe way on.
inline void require(bool worked) noexcept {
    if (!worked) std::abort();
}

template <auto free_it>
struct Freed {
    template <typename T>
    void operator()(T* object) const noexcept {
        free_it(object);
    }
};

template <typename T, auto free_it>
using Owned = std::unique_ptr<T, Freed<free_it>>;

}  // namespace edgeward::crypto
