// Copyright (c) the buoyant authors.
// SPDX-License-Identifier: ISC

/// \file
/// Engine: what runs behind a Node. Wires the core to the ports, one turn at a time.
///
/// Whatever happens - a frame, a completion, a proposal, a deadline - is told to the core at once
/// and noted; what follows from it is carried out once, in the turn, in the order of the fields
/// of Ready. Nothing here acts inside a call of the user.
///
/// Lifetime: shared, because it outlives its Node. While the node is open the Node holds it; from
/// close or destruction on it holds itself until its loop handle is closed. A turn holds it too:
/// the user's callbacks may destroy the Node.
///
/// When faulted it keeps its connections, so that peers do not dial in vain, but neither reads
/// nor answers what comes in, and refuses new ones.
///
/// Files: engine.cc (making), engine_turn.cc (the turn), engine_inputs.cc (what ports report),
/// engine_links.cc (who is connected, and who counts),
/// engine_proposals.cc (the user's proposals, here and forwarded), engine_reads.cc,
/// engine_controls.cc (what the leader is asked to do), engine_membership.cc (§4),
/// engine_snapshots.cc, engine_end.cc (fault, close), engine_status.cc.
#pragma once

#include "buoyant/base/assert.h"
#include "buoyant/core/raft.h"
#include "buoyant/node.h"
#include "node/applier.h"
#include "node/bootstrap.h"
#include "node/callback_queue.h"
#include "node/compaction.h"
#include "node/controls.h"
#include "node/entry_cache.h"
#include "node/forward_answers.h"
#include "node/forwarder.h"
#include "node/installation.h"
#include "node/links.h"
#include "node/log_reader.h"
#include "node/persister.h"
#include "node/proposals.h"
#include "node/read_answers.h"
#include "node/reads.h"
#include "node/receiver.h"
#include "node/replicator.h"
#include "node/reply_record.h"
#include "node/roster.h"
#include "node/sender.h"
#include "node/snapshot_host.h"
#include "node/snapshot_in.h"
#include "node/snapshot_out.h"
#include "node/stage_marks.h"
#include "node/trace_ring.h"
#include "node/transfers.h"
#include "node/turn_clock.h"
#include "node/write_times.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace buoyant::node {

/// Loop thread only.
class Engine final : public std::enable_shared_from_this<Engine>,
                     private port::TurnHandler,
                     private port::StorageEvents,
                     private port::TransportEvents,
                     private Applier::Host,
                     private SnapshotHost,
                     private LogView {
 public:
  /// Requires: the ports are those that `stored` and `restored` came from, not started.
  Engine(NodeOptions options, NodePorts ports, const port::StoredState& stored,
         core::RestoredState restored);
  ~Engine() = default;

  /// Starts the ports. Once, owned by a shared_ptr.
  void start();

  Result<void> bootstrap(std::vector<Member> members, BootstrapDone done);
  Result<void> propose(Bytes payload, ProposeDone done);
  Result<void> take_snapshot(SnapshotDone done);
  Result<void> change_membership(std::vector<Member> members, Index based_on, ChangeDone done);
  Result<void> read(ReadMode mode, ReadDone done);
  Staleness staleness();
  Result<void> transfer(ServerId to, TransferDone done);
  [[nodiscard]] NodeStatus status() const;

  [[nodiscard]] const Latencies& latencies() const noexcept { return latencies_; }

  [[nodiscard]] std::vector<TraceStep> trace() const { return trace_.steps(); }

  void close(CloseDone done);

  /// The Node is gone: closes, and calls state machine and observer no more.
  void abandon();

 private:
  /// Where it stands between open and gone.
  enum class Stage : std::uint8_t {
    kRunning,
    kDraining,  ///< Closing: the user's callbacks are being told.
    kClosing,   ///< The ports are closing.
    kClosed,    ///< Nothing is left in the loop.
  };

  static constexpr const char* kRemovedText = "this server was removed";

  /// What a failing assertion says while the engine is at work.
  class Context {
   public:
    explicit Context(const Engine& engine);
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    ~Context() { set_assert_context(outer_); }

   private:
    AssertContext outer_;
  };

  // port::TurnHandler
  void on_turn(const port::Turn& turn) noexcept override;
  // port::StorageEvents
  void on_written(WriteId through, port::WriteOutcome outcome, Error error) noexcept override;
  void on_damage(const port::StorageDamage& damage) noexcept override;
  // port::TransportEvents
  void on_hello(port::ConnectionId connection, const Hello& hello) noexcept override;
  Hello make_hello(ServerId peer) noexcept override;
  Refusal on_hello_reply(ServerId peer, const HelloReply& reply) noexcept override;
  void on_refused(ServerId peer, const HelloReply& reply) noexcept override;
  void on_connected(ServerId peer) noexcept override;
  void on_disconnected(ServerId peer) noexcept override;
  void on_writable(ServerId peer) noexcept override;
  void on_snapshot_connected(ServerId peer) noexcept override;
  void on_snapshot_disconnected(ServerId peer) noexcept override;
  void on_snapshot_writable(ServerId peer) noexcept override;
  bool on_frame(ServerId peer, port::Channel channel, ReceivedFrame frame) noexcept override;
  void on_trouble(ServerId peer, const char* what, const std::string& detail) noexcept override;
  // Applier::Host
  void apply(std::vector<Command> commands, ApplyDone done) noexcept override;
  void on_applied(LogPosition position, const Bytes& reply) noexcept override;
  void on_apply_progress() noexcept override;
  void on_apply_failed(Error error) noexcept override;
  // SnapshotHost
  [[nodiscard]] core::Raft* snapshot_raft() noexcept override;

  [[nodiscard]] Instant snapshot_now() noexcept override { return now(); }

  void on_snapshot_progress() noexcept override { wake(); }

  void on_snapshot_trouble(ServerId peer, const char* what, Error error) noexcept override;
  void on_snapshot_received(bool replaces_log) noexcept override;
  void on_snapshot_fault(const char* why, Error error) noexcept override;
  // LogView
  [[nodiscard]] std::optional<Term> term_at(Index index) const noexcept override;

  // The turn.
  void advance_core(const port::Turn& turn, core::CommitNotices notices);
  void note_stall(const port::Turn& turn);
  /// Lets the applier read again, some time after storage had no room for its read.
  void retry_apply();
  void carry_out(core::Ready ready);
  /// Notes what the turn does to the stages of proposals.
  void mark_stages(Instant now, IndexRange handed_over);
  void send_messages(std::vector<core::Envelope> messages);
  void adopt_standing(const core::Standing& standing);
  void tell_user();
  void tell_steps();
  void tell_events();
  void finish_turn();
  void arm();

  // Links.
  void request_peers_write();
  void write_peers(const core::Write& write);
  void on_peers_written();
  void admit(port::ConnectionId connection, const Hello& hello, Refusal refusal);
  void adopt_connected(ServerId peer);

  // Bootstrap.
  void step_bootstrap();
  void finish_bootstrap(port::WriteOutcome outcome);
  void tell_bootstrapped();

  // Proposals.
  Result<void> propose_here(Bytes payload, Waiting waiting);
  Result<void> propose_to_leader(Bytes payload, Waiting waiting);
  void accept_forwarded(ServerId peer, const Forward& message, std::vector<Bytes> payloads);
  void accept_answer(ServerId peer, const ForwardReply& reply);
  void settle(Forwarder::Accepted accepted);
  void forward_proposals();
  void expire_proposals();

  // Membership.
  Result<void> change_here(std::vector<Member> members, Index based_on, ChangeDone done);
  Result<void> change_at_leader(std::vector<Member> members, Index based_on, ChangeDone done);
  void finish_changes(const std::vector<core::ChangeOutcome>& outcomes);
  void fail_changes(const char* why);
  void adopt_configuration(const ConfigurationAt& configuration);
  /// What the configurations and the commit index mean for the connections.
  void follow_membership();
  [[nodiscard]] std::vector<ServerId> leavers() const;
  /// Those who are no members, and connected all the same.
  [[nodiscard]] std::vector<ServerId> kept_peers() const;
  [[nodiscard]] Instant farewell_deadline() const noexcept;

  // Snapshots.
  void accept_snapshot(ServerId peer, Receiver::Outcome& outcome);
  void carry_out_snapshots(const core::Ready& ready);
  /// What may be done while no batch is at the state machine.
  void step_between_batches();
  void adopt_installed(const SnapshotMetadata& snapshot);
  [[nodiscard]] bool is_capture_due() const noexcept;
  void capture_snapshot();
  void on_snapshot_created(Result<SnapshotMetadata> created);
  void note_named();
  void end_snapshot_calls(const Result<SnapshotMetadata>& result);
  void retain_files();
  [[nodiscard]] Instant snapshot_deadline() const noexcept;
  // Reads.
  void ask_core_for_reads();
  void ask_leader_for_reads();
  void answer_reads(const core::Ready& ready);

  // Controls.
  Result<void> ask_leader(ControlRequest request, Instant deadline, ControlDone done);
  void accept_control(ServerId peer, const ControlRequest& request);
  [[nodiscard]] Result<void> begin_control(const ControlRequest& request, ControlDone done);
  Result<void> transfer_here(ServerId to, bool of_user, TransferDone done);
  Result<void> transfer_at_leader(ServerId to, TransferDone done);
  void finish_asked_transfer(Transfers::Open transfer, const Result<Index>& answer);
  void send_controls();
  void step_controls();
  /// Tells the core how much space storage says that it has.
  void look_at_space();

  // The end.
  void announce_fault();
  void fail_open_calls(const char* why);
  void begin_close();
  void close_ports();
  void close_snapshots(std::function<void()> done);
  void on_ports_closed();

  [[nodiscard]] Instant now() noexcept;
  [[nodiscard]] Instant proposal_deadline() noexcept;

  [[nodiscard]] bool is_live() const noexcept {
    return stage_ == Stage::kRunning && raft_->fault_reason() == nullptr;
  }

  /// False while the core is set aside, and when the node takes no part any more.
  [[nodiscard]] bool core_listens() const noexcept {
    return is_live() && !bootstrap_.is_under_way();
  }

  void wake() noexcept;
  void add_event(std::function<void(Observer&)> event, bool may_be_forgotten);
  void report_refusal(ServerId peer, Refusal refusal);
  void fill_peers(NodeStatus& status) const;
  void fill_snapshots(SnapshotStatus& status) const;

  NodeOptions options_;
  NodePorts ports_;
  Stage stage_ = Stage::kRunning;
  std::shared_ptr<Engine> self_;  ///< Set while closing.
  std::vector<CloseDone> close_done_;

  Instant clock_;  ///< Never goes back, whoever asks.
  std::unique_ptr<core::Raft> raft_;
  Instant core_deadline_ = Instant::never();
  Instant apply_retry_at_ = Instant::never();
  /// Before that, what is known of the space is new enough.
  Instant space_due_;
  Instant standing_since_;
  ConfigurationAt configuration_;
  Term led_term_;  ///< Zero: not the leader.
  Error fault_error_{Errc::kFaulted};
  bool fault_announced_ = false;
  std::set<ServerId> connected_;

  struct WaitingHello {
    port::ConnectionId connection;
    Hello hello;
  };

  /// For the peers' table to be durable. Those who come beyond the bound have to dial again.
  static constexpr std::size_t kWaitingHellosMax = 64;
  std::vector<WaitingHello> waiting_hellos_;
  /// Dialled by us, and waiting for the same.
  std::set<port::LinkKey> waiting_links_;
  /// The core's number of the write that has the table; zero: none has.
  WriteId peers_write_;

  Latencies latencies_;
  StageMarks stages_{latencies_};
  WriteTimes write_times_;
  ProposalBudget budget_;
  CallbackQueue callbacks_;
  EntryCache cache_;
  Proposals proposals_;
  Persister persister_;
  Sender sender_;
  LogReader log_reader_;
  Replicator replicator_;
  Receiver receiver_;
  Applier applier_;
  Forwarder forwarder_;
  ForwardAnswers forward_answers_;
  ControlRequests control_requests_;
  ControlAnswers control_answers_;
  Transfers transfers_;
  ReplyRecord replies_;
  Reads reads_;
  ReadAnswers read_answers_;
  Links links_;
  Roster roster_;
  bool roster_is_stale_ = true;
  /// Open changes of membership, by the core's number. At most two: a new one ends an old one.
  std::map<std::uint64_t, ChangeDone> changes_;
  bool removed_ = false;
  Instant farewell_at_ = Instant::never();
  Bootstrap bootstrap_;
  TraceRing trace_;
  std::uint64_t steps_told_ = 0;

  Compaction compaction_;
  Installation installation_;
  SnapshotIn snapshot_in_;
  SnapshotOut snapshot_out_;
  /// The write under way that names the newest snapshot; zero: it is named.
  WriteId naming_;
  /// Some may go. Only in the turn, where naming_ is known: between turns the core may have a newer
  /// snapshot whose write is not submitted yet, and the one before it is the log's until that is
  /// durable.
  bool files_are_loose_ = false;
  std::vector<SnapshotDone> snapshot_calls_;
  bool captures_ = true;  ///< False: the state machine gives no snapshots.
  std::uint64_t snapshots_installed_ = 0;

  struct Event {
    std::function<void(Observer&)> tell;
    bool may_be_forgotten = false;
  };

  std::deque<Event> events_;
  bool more_frames_ = false;

  std::uint64_t proposals_turned_away_ = 0;
  std::uint64_t frames_malformed_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t turns_over_budget_ = 0;
  Duration turn_longest_{0};
  bool is_in_turn_ = false;
  /// Asked for in a turn: another one.
  bool is_turn_wanted_ = false;
  /// Followers are told the commit index when the callbacks of this turn have run.
  bool holds_commit_notices_ = false;
  TurnClock turn_clock_;
  std::uint64_t loop_stalls_ = 0;
  Duration loop_stall_longest_{0};
};

}  // namespace buoyant::node
