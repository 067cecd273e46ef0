import os
import signal
import threading
import time

import pytest

from glassnet import Network
from glassnet.data import four_pixel
from glassnet.interrupt import CtrlC, ctrl_c_put_off
from glassnet.training import train


def press():
    os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture(autouse=True)
def handler_is_given_back():
    before = signal.getsignal(signal.SIGINT)
    yield
    assert signal.getsignal(signal.SIGINT) is before


def test_the_first_ctrl_c_is_noted_and_the_second_interrupts():
    with CtrlC() as ctrl_c:
        assert not ctrl_c.pressed
        press()
        assert ctrl_c.pressed
        with pytest.raises(KeyboardInterrupt):
            press()


def test_after_it_ctrl_c_interrupts_as_always():
    with CtrlC():
        pass
    with pytest.raises(KeyboardInterrupt):
        press()


def test_an_ignored_ctrl_c_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with CtrlC() as ctrl_c:
            press()
        assert not ctrl_c.pressed
    finally:
        signal.signal(signal.SIGINT, before)


def test_another_thread_leaves_the_signal_alone():
    handlers = []

    def work():
        with CtrlC():
            handlers.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert handlers == [signal.getsignal(signal.SIGINT)]


def test_ctrl_c_ends_a_training_and_keeps_the_network():
    seen = []

    def press_at_the_third(progress):
        seen.append(progress)
        if len(seen) == 3:
            press()

    network = Network([4, 8, 4], ["tanh", "softmax"])
    history = train(network, four_pixel(), epochs=10**6, progress=press_at_the_third)
    assert history.stopped == "interrupted"
    assert len(seen) == 3
    assert 0 < history.epochs < 10**6
    assert network.evaluate(four_pixel()).loss < history.losses[0]


def seconds_to_answer():
    wide = [4, 512, 512, 4], ["tanh", "tanh", "softmax"]
    data, pressed = four_pixel(n=1000, noise=0.1), []
    train(Network(*wide), data, epochs=1)  # what must be compiled is compiled before

    def press_and_note():
        pressed.append(time.perf_counter())
        press()

    timer = threading.Timer(0.3, press_and_note)
    timer.start()
    history = train(Network(*wide), data, epochs=10**6)
    assert history.stopped == "interrupted"
    timer.join()
    return time.perf_counter() - pressed[0]


def test_ctrl_c_is_answered_within_a_fifth_of_a_second():
    assert min(seconds_to_answer() for _ in range(3)) < 0.2


def test_ctrl_c_that_is_put_off_interrupts_behind_the_work_or_when_it_is_pressed_again():
    done = []

    @ctrl_c_put_off()
    def work(n_presses):
        for _ in range(n_presses):
            press()
        done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work(1)
    assert done == ["all of it"]
    with pytest.raises(KeyboardInterrupt):
        work(2)
    assert done == ["all of it"]
    work(0)
    assert len(done) == 2
