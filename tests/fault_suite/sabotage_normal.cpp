// Linked into a test program only: databases whose commits do not wait for the disk (synchronous=NORMAL). The
// fault suite has to find the messages that a power cut loses by it, or it would not find any.
#include <edgeward/database/database.hpp>

namespace {

using edgeward::Result;
using edgeward::Secret;
using edgeward::database::Access;
using edgeward::database::Connection;

}  // namespace

// The linker sends calls of Connection::open here (--wrap) and calls of __real_… to the true one.
Result<Connection> really_open(const std::filesystem::path& file, const Secret& key,
                               Access access) asm("__real_" EDGEWARD_OPEN);
Result<Connection> open_without_waiting(const std::filesystem::path& file, const Secret& key,
                                        Access access) asm("__wrap_" EDGEWARD_OPEN);

Result<Connection> open_without_waiting(const std::filesystem::path& file, const Secret& key, Access access) {
    auto connection = really_open(file, key, access);
    if (!connection) return connection;
    if (auto set = connection->execute("PRAGMA synchronous=NORMAL"); !set)
        return edgeward::failure(std::move(set.error()));
    return connection;
}
