#pragma once

#include <functional>
#include <memory>
#include <string>

#include <edgeward/ingest/dicom_source.hpp>

#include "sender_port.hpp"

namespace edgeward::ingest {

// What the command says of an object that begins to come.
struct ObjectHead {
    std::string sender;
    std::string sop_class;
    std::string sop_instance;
    std::string transfer_syntax;
};

// Takes the data set of one object. One that is not finished was cut off. The listener's thread.
class IncomingObject {
public:
    IncomingObject() = default;
    IncomingObject(const IncomingObject&) = delete;
    IncomingObject& operator=(const IncomingObject&) = delete;
    virtual ~IncomingObject() = default;

    // Whatever becomes of it: its sender sends to the end, and then hears how it ended.
    virtual void add(ByteView octets) = 0;
    // That was all. Gives the DICOM status once, from any thread, at once or later. May block.
    virtual void finish(std::function<void(std::uint16_t)> reply) = 0;
};
using ObjectTaker = std::function<std::unique_ptr<IncomingObject>(const ObjectHead&)>;

// Associations of storage, verification and storage commitment over TLS. One thread, ew-dicom-in.
// Errors as of SenderPort.
Result<std::unique_ptr<SenderPort>> start_dicom_listener(const DicomSourceSettings& settings,
                                                         const config::Credentials& credentials,
                                                         metrics::Registry& metrics, ObjectTaker take,
                                                         CommitmentTakers commitments = {});

}  // namespace edgeward::ingest
