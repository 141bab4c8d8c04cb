#include "container_reader.hpp"

#include <catch2/catch_test_macros.hpp>

#include "container_scene.hpp"

namespace edgeward::backup {
namespace {

const ContainerScene::Parts some_parts = {{"erasures", "edgeward-erasures 1\n"},
                                          {"mappings/a.toml", "x = 1\n"},
                                          {"store.db", std::string(2 * chunk_size + 77, 's')}};

TEST_CASE("what was put in comes out", "[container_reader]") {
    const ContainerScene scene;
    scene.write(some_parts);
    const auto texts = scene.texts();
    for (const auto& [name, text] : some_parts)
        CHECK(texts.at(name) == text);
    auto reader = ContainerReader::open(scene.file, ContainerScene::unlocking()).value();
    const auto content = reader.read({});
    REQUIRE(content);
    CHECK(content->manifest.parts.size() == 4);
    CHECK(to_hex(content->keys.key(crypto::key_name::store)->reveal()) ==
          to_hex(scene.keys.key(crypto::key_name::store)->reveal()));
    CHECK(read_header(scene.file).value().id == scene.header.id);
}

TEST_CASE("any changed octet is found", "[container_reader]") {
    const ContainerScene scene;
    scene.write({{"erasures", "edgeward-erasures 1\n"}});
    const std::string whole = text_of_path(scene.file);
    for (std::size_t at = 0; at < whole.size(); at += at < 2000 ? 1 : 7) {
        std::string altered = whole;
        altered[at] = static_cast<char>(altered[at] ^ 1);
        write_text(scene.file, altered);
        CAPTURE(at);
        CHECK_FALSE(scene.try_texts());
    }
}

TEST_CASE("a container cut off; with a chunk lost; doubled or moved is found", "[container_reader]") {
    const ContainerScene scene;
    scene.write(some_parts);
    const std::string whole = text_of_path(scene.file);
    const std::size_t head = write_header(scene.header).size();
    constexpr std::size_t chunk = chunk_size + crypto::stream_tag_size;
    const auto chunk_at = [&](std::size_t i) { return whole.substr(head + i * chunk, chunk); };
    const std::string begin = whole.substr(0, head);
    for (const std::string& altered :
         {whole.substr(0, whole.size() - 1), whole.substr(0, head + 2 * chunk), whole.substr(0, head + chunk),
          whole.substr(0, head), begin + chunk_at(1) + chunk_at(0) + chunk_at(2),
          begin + chunk_at(0) + chunk_at(0) + chunk_at(1) + chunk_at(2), begin + chunk_at(0) + chunk_at(2),
          whole + std::string(1, 'x')}) {
        write_text(scene.file, altered);
        CAPTURE(altered.size());
        CHECK_FALSE(scene.try_texts());
    }
    write_text(scene.file, whole);
    CHECK(scene.try_texts());
}

TEST_CASE("a manifest of another signer is refused", "[container_reader]") {
    ContainerScene scene;
    auto writer = must(ContainerWriter::begin(scene.file, scene.header, scene.key));
    must(writer.add(std::string(part_name::key_ring), scene.keys.wrap(scene.key)));
    Manifest manifest;
    manifest.id = scene.header.id;
    manifest.installation = scene.header.installation;
    manifest.made = scene.header.made;
    manifest.store = StoreFacts{};
    manifest.objects = ObjectFacts{};
    must(writer.finish(manifest, Secret(Bytes(32, 3))));
    must(writer.publish());
    CHECK(scene.try_texts().error().message ==
          "the manifest of the backup is not signed by its installation");
}

TEST_CASE("the beginning is read without the rest", "[container_reader]") {
    const ContainerScene scene;
    // Longer than one chunk, so that the part goes on in the next.
    const std::string ledger(chunk_size + 10, 'l');
    scene.write({{"erasures", ledger}, {"store.db", std::string(3 * chunk_size, 's')}});
    std::filesystem::resize_file(scene.file, std::filesystem::file_size(scene.file) - 5);
    auto reader = ContainerReader::open(scene.file, ContainerScene::unlocking()).value();
    std::string text;
    REQUIRE(reader.read_beginning([&](const std::string& name, std::uint64_t) -> Result<PartSink> {
        if (name != "erasures") return PartSink();
        return PartSink([&](ByteView octets) {
            text.append(text_of(octets));
            return Result<void>();
        });
    }));
    CHECK(text == ledger);
}

TEST_CASE("another program opens a container as the documentation says", "[container_reader]") {
    const ContainerScene scene;
    scene.write(some_parts);
    write_text(scene.folder / "recovery.key", text_of(recovery_pair().private_key.reveal()));
    const std::string command = "/usr/bin/python3 " EDGEWARD_SOURCE_DIR "/tests/backup/open_container.py " +
                                scene.file.string() + " " + (scene.folder / "recovery.key").string() + " > " +
                                (scene.folder / "out").string();
    REQUIRE(std::system(command.c_str()) == 0);
    const auto out = text_of_path(scene.folder / "out");
    for (const auto& [name, text] : some_parts) {
        const std::string line =
            name + " " + std::to_string(text.size()) + " " + to_hex(crypto::sha256(bytes_of(text))) + "\n";
        CHECK(out.find(line) != std::string::npos);
    }
    CHECK(out.find("signature good\n") != std::string::npos);
}

TEST_CASE("another program finds the objects beside a container", "[container_reader]") {
    Yard yard;
    yard.take_in("4711", yard.seal_object(1));
    yard.take_in("4712", yard.seal_object(2));
    std::filesystem::remove(yard.object_file(2));
    yard.create();
    write_text(yard.top() / "recovery.key", text_of(recovery_pair().private_key.reveal()));
    const std::string command = "/usr/bin/python3 " EDGEWARD_SOURCE_DIR "/tests/backup/open_container.py " +
                                yard.pair().data.file.string() + " " +
                                (yard.top() / "recovery.key").string() + " > " +
                                (yard.top() / "out").string();
    REQUIRE(std::system(command.c_str()) == 0);
    CHECK(text_of_path(yard.top() / "out").ends_with("signature good\nobjects good 1\n"));
}

}  // namespace
}  // namespace edgeward::backup
