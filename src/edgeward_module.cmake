# How a module is built: one call, one static library, everything else derived.
#
#   edgeward_module(audit
#     SOURCES hash_chain.cpp            # in src/audit/
#     HEADERS hash_chain.hpp            # contracts, in include/edgeward/audit/
#     USES core model                   # modules whose contracts our contracts or sources include
#     LINKS OpenSSL::Crypto)            # third-party mechanisms, private to the module
#
# Every contract must compile on its own (CMAKE_VERIFY_INTERFACE_HEADER_SETS).

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
# Its .pc file states the version of SQLite inside: SQLCipher 4.6.1 is SQLite 3.46.1.
pkg_check_modules(sqlcipher REQUIRED IMPORTED_TARGET sqlcipher>=3.46)
pkg_check_modules(libsystemd REQUIRED IMPORTED_TARGET libsystemd)
pkg_check_modules(libargon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(libqrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(libfido2 REQUIRED IMPORTED_TARGET libfido2>=1.12)

# One place owns every flag.
add_library(edgeward_build_flags INTERFACE)
target_compile_options(edgeward_build_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -fstack-protector-strong -fPIE
  $<$<CXX_COMPILER_ID:GNU>:-ftrivial-auto-var-init=zero -fstack-clash-protection -fcf-protection=full>)
target_compile_definitions(edgeward_build_flags INTERFACE _GLIBCXX_ASSERTIONS BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
target_link_options(edgeward_build_flags INTERFACE -pie LINKER:-z,relro,-z,now)
target_link_libraries(edgeward_build_flags INTERFACE Threads::Threads tl::expected)
# GCC 13 and 14 take the insertion into a fresh std::vector for a write beyond it; nothing else they warn of stops a build.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
  target_compile_options(edgeward_build_flags INTERFACE -Wno-stringop-overflow -Wno-array-bounds)
elseif(EDGEWARD_WERROR)
  target_compile_options(edgeward_build_flags INTERFACE -Werror)
endif()
if(EDGEWARD_FUZZERS)
  # Without it libFuzzer sees no branches and only guesses.
  target_compile_options(edgeward_build_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(EDGEWARD_SANITIZE)
  target_compile_options(edgeward_build_flags INTERFACE -fsanitize=${EDGEWARD_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all
    # What Clang 14 writes before a function for this check it cannot write for the parts of a coroutine.
    $<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>
    # GCC takes the sanitizers' own bookkeeping inside the standard library for reads of unset memory.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(edgeward_build_flags INTERFACE -fsanitize=${EDGEWARD_SANITIZE})
  if(EDGEWARD_SANITIZE MATCHES thread)
    # The thread sanitizer does not know fences. Asio's fenced blocks only order what its queue's mutex orders too; the
    # fence in its reference counts (asio/detail/atomic_count.hpp) cannot be switched off, and GCC warns of it.
    target_compile_definitions(edgeward_build_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    target_compile_options(edgeward_build_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
else()
  # The sanitizers replace what fortification intercepts.
  target_compile_options(edgeward_build_flags INTERFACE $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>)
endif()

function(edgeward_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;HEADERS;USES;LINKS")
  set(target edgeward_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(edgeward::${name} ALIAS ${target})
  list(TRANSFORM arg_HEADERS PREPEND "${PROJECT_SOURCE_DIR}/include/edgeward/${name}/")
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${arg_HEADERS})
  list(TRANSFORM arg_USES PREPEND "edgeward::")
  target_link_libraries(${target} PUBLIC edgeward_build_flags ${arg_USES} PRIVATE ${arg_LINKS})
endfunction()
