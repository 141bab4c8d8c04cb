#include "dicom_source.hpp"

#include <catch2/catch_test_macros.hpp>

#include <atomic>
#include <mutex>

#include <edgeward/dicom/sealed_object.hpp>

#include "dicom_scene.hpp"

using namespace edgeward;
using namespace edgeward::ingest;
using namespace edgeward::ingest::dicom_scene;

namespace {

// Commits at once, unless told to refuse.
struct Scene {
    explicit Scene(DicomSourceSettings chosen = settings())
        : source(std::move(chosen), config::Credentials(certificates()), metrics, system_clock(),
                 folder / "objects", {}) {
        REQUIRE(source.start([this](model::RawMessage&& message) {
            if (closed) return false;
            const auto ticket = message.ticket;
            {
                const std::lock_guard lock(mutex);
                messages.push_back(std::move(message));
            }
            if (refuses) source.tell(ticket, Fate::refused, "malformed_message");
            source.acknowledge_through(ticket);
            return true;
        }));
    }
    std::vector<model::RawMessage> heard() {
        const std::lock_guard lock(mutex);
        return messages;
    }
    [[nodiscard]] std::size_t files() const {
        return static_cast<std::size_t>(
            std::distance(std::filesystem::directory_iterator(folder / "objects"), {}));
    }
    support::ScratchFolder folder;
    metrics::Registry metrics;
    std::atomic<bool> closed = false;
    std::atomic<bool> refuses = false;
    std::mutex mutex;
    std::vector<model::RawMessage> messages;
    DicomSource source;  // last: its thread uses the rest
};

}  // namespace

TEST_CASE("an object lies sealed on disk before it is handed over", "[dicom_source][integration]") {
    Scene scene;
    REQUIRE(run("storescu", scene.source.port(), {sample("CT_small.dcm")}) == 0);
    const auto heard = scene.heard();
    REQUIRE(heard.size() == 1);
    CHECK(heard[0].topic == model::topic_of_modality("ct"));
    const auto arrival = dicom::decode_arrival(heard[0].payload);
    REQUIRE(arrival);
    CHECK(arrival->patient_id == "1CT1");
    CHECK(arrival->modality == "CT");
    CHECK(arrival->object.sop_class == "1.2.840.10008.5.1.4.1.1.2");
    CHECK(arrival->time == "19970430112936");
    auto object = dicom::open_sealed_object(scene.folder / "objects", arrival->object);
    REQUIRE(object);
    CHECK(object->header().sop_instance == "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322");
    const auto file =
        support::text_of_file(scene.folder / "objects" / dicom::file_name_of(arrival->object.name));
    CHECK(file.find("CompressedSamples") == std::string::npos);
}

TEST_CASE("what is refused leaves no file and its sender hears it", "[dicom_source][integration]") {
    Scene scene;
    scene.refuses = true;
    CHECK(run("storescu", scene.source.port(), {sample("CT_small.dcm")}) != 0);
    CHECK(scene.files() == 0);
    scene.closed = true;
    CHECK(run("storescu", scene.source.port(), {sample("CT_small.dcm")}) != 0);
    CHECK(scene.files() == 0);
}

TEST_CASE("an object that is too large is refused", "[dicom_source][integration]") {
    auto chosen = settings();
    chosen.largest_object = 10'000;
    Scene scene(chosen);
    CHECK(run("storescu", scene.source.port(), {sample("CT_small.dcm")}) != 0);
    CHECK(scene.heard().empty());
    CHECK(scene.files() == 0);
}
