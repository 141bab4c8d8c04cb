#include <edgeward/database/database.hpp>

#include <dlfcn.h>
#include <sqlcipher/sqlite3.h>
#include <stdlib.h>  // mkdtemp

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include <edgeward/core/random.hpp>

#include "encryption_proof.hpp"
#include "sqlite_error.hpp"

namespace edgeward::database {
namespace {

constexpr std::string_view canary = "edgeward-canary-9f1c-readable-when-not-encrypted";
constexpr std::string_view plain_magic = "SQLite format 3";

// Where the object that holds this function is mapped.
template <typename Function>
const void* object_of(Function* function) {
    Dl_info info{};
    return dladdr(reinterpret_cast<const void*>(function), &info) == 0 ? nullptr : info.dli_fbase;
}

Result<void> check_library() {
    const void* keying = object_of(&sqlite3_key_v2);
    const bool whole = keying != nullptr && keying == object_of(&sqlite3_open_v2) &&
                       keying == object_of(&sqlite3_prepare_v2) && keying == object_of(&sqlite3_step);
    if (!whole || sqlite3_compileoption_used("HAS_CODEC") == 0) {
        return failure(ErrorKind::misconfigured,
                       "plain SQLite stands before SQLCipher in this process, data would not be encrypted; "
                       "check LD_PRELOAD and the link order");
    }
    if (sqlite3_libversion_number() != SQLITE_VERSION_NUMBER) {
        return failure(ErrorKind::misconfigured, "the installed SQLCipher has SQLite " +
                                                     std::string(sqlite3_libversion()) +
                                                     ", expected " SQLITE_VERSION);
    }
    return {};
}

Secret random_secret() {
    Bytes octets(32);
    system_random().fill(octets);
    return Secret(std::move(octets));
}

// A folder of its own, so that the side files go with it.
class ProofFolder {
public:
    explicit ProofFolder(const std::filesystem::path& parent)
        : path_((parent / ".encryption-proof-XXXXXX").string()) {
        made_ = mkdtemp(path_.data()) != nullptr;
        reason_ = made_ ? 0 : errno;
    }
    ProofFolder(const ProofFolder&) = delete;
    ProofFolder& operator=(const ProofFolder&) = delete;
    ~ProofFolder() {
        std::error_code ignored;  // nothing of worth is left in it
        if (made_) std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] bool made() const noexcept { return made_; }
    [[nodiscard]] int reason() const noexcept { return reason_; }
    [[nodiscard]] std::filesystem::path file() const { return std::filesystem::path(path_) / "proof.db"; }

private:
    std::string path_;
    bool made_ = false;
    int reason_ = 0;  // errno when it is not made
};

Result<void> write_canary(const std::filesystem::path& file, const Secret& key) {
    auto connection = Connection::open(file, key, Access::read_write_create);
    if (!connection) return failure(std::move(connection.error()));
    auto version = connection->prepare("PRAGMA cipher_version");
    if (!version) return failure(std::move(version.error()));
    auto row = version->step();
    if (!row) return failure(std::move(row.error()));
    if (!*row || version->text(0).empty()) {
        return failure(ErrorKind::misconfigured, "the linked library names no cipher version");
    }
    version->reset();
    if (auto made = connection->execute("CREATE TABLE proof(canary TEXT)"); !made) return made;
    auto insert = connection->prepare("INSERT INTO proof VALUES(?1)");
    if (!insert) return failure(std::move(insert.error()));
    if (auto run = insert->bind(1, canary).run(); !run) return failure(std::move(run.error()));
    return connection->checkpoint();
}

Result<void> check_unreadable(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (content.empty()) return failure(ErrorKind::misconfigured, "the proof file is empty");
    if (content.compare(0, plain_magic.size(), plain_magic) == 0 ||
        content.find(canary) != std::string::npos) {
        return failure(ErrorKind::misconfigured, "the linked library writes databases without encryption");
    }
    return {};
}

Result<void> check_wrong_key(const std::filesystem::path& file) {
    auto connection = Connection::open(file, random_secret(), Access::read_only);
    if (connection) return failure(ErrorKind::misconfigured, "a wrong key opens the database");
    if (connection.error().kind != ErrorKind::corrupt) return failure(std::move(connection.error()));
    return {};
}

}  // namespace

Result<void> require_encrypting_library() {
    static const Result<void> answer = check_library();
    return answer;
}

Result<void> prove_encryption(const std::filesystem::path& folder) {
    if (auto library = require_encrypting_library(); !library) return library;
    const ProofFolder proof(folder);
    if (!proof.made()) {
        return failure(kind_of_opening(proof.reason()),
                       "prove encryption: cannot make a folder in the data folder: " +
                           std::generic_category().message(proof.reason()));
    }
    const auto as_misconfigured = [](Error error) {
        if (error.kind == ErrorKind::corrupt) error.kind = ErrorKind::misconfigured;
        return std::move(error).during("prove encryption");
    };
    return write_canary(proof.file(), random_secret())
        .and_then([&] { return check_unreadable(proof.file()); })
        .and_then([&] { return check_wrong_key(proof.file()); })
        .map_error(as_misconfigured);
}

}  // namespace edgeward::database
